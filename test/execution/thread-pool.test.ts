import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Pools from '../../src/execution/thread/thread-pool.js';
import { findTerminatedThread, type PoolThread } from '../../src/execution/thread/thread-pool.js';

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

        const terminated = findTerminatedThread(() => void threads[1].terminate(), { threads });

        expect(terminated?.thread).toBe(threads[1]);
        expect(threads.map(({ terminations }) => terminations)).toEqual([0, 1, 0]);
    });

    it('is undefined if none was terminated', () => {
        expect(findTerminatedThread(() => {}, { threads: [new StuckThread()] })).toBeUndefined();
    });

    it('can be abandoned: the pool continues, and the thread keeps nothing alive', async () => {
        const thread = new StuckThread();
        let hasGoneOn = false;
        const terminated = findTerminatedThread(
            () => {
                void thread.terminate().then(() => {
                    hasGoneOn = true;
                });
            },
            { threads: [thread] },
        );

        terminated!.abandon();
        await Promise.resolve().then(() => {});
        thread.ref();
        await thread.terminate();

        expect(hasGoneOn).toBe(true);
        expect(thread.refs).toBe(-1);
        expect(thread.terminations).toBe(1);
    });
});

describe('pools of threads', () => {
    let destroyed: string[];
    let pools: typeof Pools;
    const find = (key: string) =>
        pools.getOrCreatePool(
            key,
            () => ({ key, threads: [], on() {} }),
            (owner) => destroyed.push(owner.key),
        );

    beforeEach(async () => {
        // The pools belong to the process, so to the module.
        vi.resetModules();
        pools = await import('../../src/execution/thread/thread-pool.js');
        destroyed = [];
    });

    it('are one per key', () => {
        expect(find('a')).toBe(find('a'));
        expect(find('b')).not.toBe(find('a'));
    });

    it('are destroyed, least recently used first, if there are too many', () => {
        for (const key of 'abcdefgh') find(key);
        find('a');

        find('i');
        find('j');

        expect(destroyed).toEqual(['b', 'c']);
    });

    it('are kept while their threads are busy, regardless of their number', async () => {
        const taken = [...'abcdefghi'].map((key) => {
            const pool = find(key);
            return { pool, thread: pools.acquireThread(pool, () => new Promise(() => {})) };
        });

        find('j');
        taken[3]!.thread.release();
        await taken[3]!.thread.free;
        find('k');

        expect(destroyed).toEqual(['d']);
        expect(find('a')).toBe(taken[0]!.pool);
    });
});
