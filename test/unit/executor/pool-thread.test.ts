import { describe, expect, it } from 'vitest';
import { threadTerminatedBy, type PoolThread } from '../../../src/executor/pool-thread.js';

/** A thread that never ends. */
class StuckThread implements PoolThread {
    refs = 0;
    terminations = 0;

    once(): void {}

    ref(): void {
        this.refs += 1;
    }

    unref(): void {
        this.refs -= 1;
    }

    terminate(): Promise<unknown> {
        this.terminations += 1;
        return new Promise(() => {});
    }
}

describe('the thread that a pool terminates', () => {
    it('is found, and terminated once', () => {
        const threads = [new StuckThread(), new StuckThread(), new StuckThread()] as const;

        const terminated = threadTerminatedBy(() => void threads[1].terminate(), { threads });

        expect(terminated?.thread).toBe(threads[1]);
        expect(threads.map(({ terminations }) => terminations)).toEqual([0, 1, 0]);
    });

    it('is none where nothing was terminated', () => {
        expect(threadTerminatedBy(() => {}, { threads: [new StuckThread()] })).toBeUndefined();
    });

    it('can be given up: the pool goes on, and nothing is kept alive any more', async () => {
        const thread = new StuckThread();
        let hasGoneOn = false;
        const terminated = threadTerminatedBy(
            () => {
                void thread.terminate().then(() => {
                    hasGoneOn = true;
                });
            },
            { threads: [thread] },
        );

        terminated!.giveUp();
        await Promise.resolve().then(() => {});
        thread.ref();
        await thread.terminate();

        expect(hasGoneOn).toBe(true);
        expect(thread.refs).toBe(-1);
        expect(thread.terminations).toBe(1);
    });
});
