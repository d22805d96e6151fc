import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RunQueue } from '../../src/execution/fair-scheduler.js';
import { waitUntil } from '../support/wait-until.js';

/** Keeps the thread busy, as the work of a message does. */
function work(millis: number): void {
    const end = performance.now() + millis;
    while (performance.now() < end);
}

describe('the scheduler of messages', () => {
    it('handles messages immediately within the time budget', () => {
        const taken: number[] = [];
        const lane = new RunQueue();

        lane.enqueue(() => taken.push(1));
        lane.enqueue(() => taken.push(2));

        expect(taken).toEqual([1, 2]);
    });

    it('leaves the rest for later turns of the event loop, so that other work runs in between', async () => {
        let taken = 0;
        const lane = new RunQueue();
        const take = (): void => {
            taken += 1;
            work(2);
        };
        let turns = 0;

        for (let message = 0; message < 50; message += 1) lane.enqueue(take);
        const takenAtOnce = taken;
        for (; taken < 50; turns += 1) await setImmediate();

        // 100 ms of work, of which a turn has some 12 at most.
        expect(takenAtOnce).toBeLessThan(6);
        expect(turns).toBeGreaterThan(7);
    });

    it('keeps the order of the messages of each run', async () => {
        const taken: number[] = [];
        const lane = new RunQueue();
        const take = (message: number): void => {
            work(1);
            taken.push(message);
        };

        for (let message = 0; message < 40; message += 1) {
            lane.enqueue(() => take(message));
            if (message % 10 === 0) await setImmediate();
        }
        await waitUntil('the lane to be empty', () => lane.length === 0);

        expect(taken).toEqual(Array.from({ length: 40 }, (_, index) => index));
    });

    it('is round-robin: a run with one message does not wait for all messages of another run', async () => {
        const taken: string[] = [];
        const take = (message: string): void => {
            work(1);
            taken.push(message);
        };
        const flooding = new RunQueue();
        const ordinary = new RunQueue();

        for (let message = 0; message < 100; message += 1) flooding.enqueue(() => take('flood'));
        const before = taken.length;
        ordinary.enqueue(() => take('ordinary'));
        await waitUntil('the lane to be empty', () => flooding.length === 0);

        // One message of the other run may be first, and those that were taken in before.
        expect(taken.indexOf('ordinary')).toBeLessThanOrEqual(before + 1);
        expect(taken).toHaveLength(101);
    });

    it('counts the microtasks of a message', async () => {
        let taken = 0;
        const lane = new RunQueue();
        const take = (): void => {
            void Promise.resolve()
                .then(() => {})
                .then(() => {
                    work(2);
                    taken += 1;
                });
        };
        for (let message = 0; message < 4; message += 1) {
            lane.enqueue(take);
            await Promise.resolve();
        }
        let turns = 0;

        for (let message = 0; message < 50; message += 1) lane.enqueue(take);
        for (; taken < 54; turns += 1) await setImmediate();

        expect(turns).toBeGreaterThan(3);
    });
});
