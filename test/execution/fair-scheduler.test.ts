import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RunQueue } from '../../src/execution/fair-scheduler.js';
import { waitUntil } from '../support/wait-until.js';

/** Keeps the thread busy, as handling a message does. */
function work(millis: number): void {
    const end = performance.now() + millis;
    while (performance.now() < end);
}

describe('the scheduler of messages', () => {
    it('handles messages immediately within the time budget', () => {
        const handled: number[] = [];
        const queue = new RunQueue();

        queue.enqueue(() => handled.push(1));
        queue.enqueue(() => handled.push(2));

        expect(handled).toEqual([1, 2]);
    });

    it('leaves the rest for later turns of the event loop, so that other work runs in between', async () => {
        let handled = 0;
        const queue = new RunQueue();
        const handle = (): void => {
            handled += 1;
            work(2);
        };
        let turns = 0;

        for (let message = 0; message < 50; message += 1) queue.enqueue(handle);
        const handledAtOnce = handled;
        for (; handled < 50; turns += 1) await setImmediate();

        // 100 ms of work; a turn handles at most about 12 ms of it.
        expect(handledAtOnce).toBeLessThan(6);
        expect(turns).toBeGreaterThan(7);
    });

    it('keeps the order of the messages of each run', async () => {
        const handled: number[] = [];
        const queue = new RunQueue();
        const handle = (message: number): void => {
            work(1);
            handled.push(message);
        };

        for (let message = 0; message < 40; message += 1) {
            queue.enqueue(() => handle(message));
            if (message % 10 === 0) await setImmediate();
        }
        await waitUntil('the queue to be empty', () => queue.length === 0);

        expect(handled).toEqual(Array.from({ length: 40 }, (_, index) => index));
    });

    it('is round-robin: a run with one message does not wait for all messages of another run', async () => {
        const handled: string[] = [];
        const handle = (message: string): void => {
            work(1);
            handled.push(message);
        };
        const flooding = new RunQueue();
        const ordinary = new RunQueue();

        for (let message = 0; message < 100; message += 1) flooding.enqueue(() => handle('flood'));
        const before = handled.length;
        ordinary.enqueue(() => handle('ordinary'));
        await waitUntil('the queue to be empty', () => flooding.length === 0);

        // One message of the other run may come first, and those handled before.
        expect(handled.indexOf('ordinary')).toBeLessThanOrEqual(before + 1);
        expect(handled).toHaveLength(101);
    });

    it('counts the microtasks of a message', async () => {
        let handled = 0;
        const queue = new RunQueue();
        const handle = (): void => {
            void Promise.resolve()
                .then(() => {})
                .then(() => {
                    work(2);
                    handled += 1;
                });
        };
        for (let message = 0; message < 4; message += 1) {
            queue.enqueue(handle);
            await Promise.resolve();
        }
        let turns = 0;

        for (let message = 0; message < 50; message += 1) queue.enqueue(handle);
        for (; handled < 54; turns += 1) await setImmediate();

        expect(turns).toBeGreaterThan(3);
    });
});
