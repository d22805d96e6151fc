import { setMaxListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { waitWithTimeout } from '../../src/util/wait-with-timeout.js';

describe('waitWithTimeout', () => {
    it('returns the value, or undefined after the timeout', async () => {
        const clock = new ManualClock();
        let resolve = (_value: string): void => {};
        const promise = new Promise<string>((settle) => (resolve = settle));
        const late = waitWithTimeout(promise, { clock, waitMillis: 1_000 });
        const inTime = waitWithTimeout(promise, { clock, waitMillis: 2_000 });

        await clock.advance(1_000);
        resolve('end');

        expect(await Promise.all([late, inTime])).toEqual([undefined, 'end']);
        expect(clock.pendingTimers).toBe(0);
    });

    it('rejects if the promise rejects', async () => {
        const clock = new ManualClock();
        const failing = Promise.reject(new Error('failed'));

        await expect(waitWithTimeout(failing, { clock, waitMillis: 1_000 })).rejects.toThrow('failed');
    });

    it('leaves no timers or listeners behind when aborted', async () => {
        const clock = new ManualClock();
        const finished = new Promise<string>(() => {});
        const then = vi.spyOn(finished, 'then');
        const controller = new AbortController();
        const { signal } = controller;
        setMaxListeners(0, signal);
        const removed = vi.spyOn(signal, 'removeEventListener');

        const waits = Array.from({ length: 100 }, () =>
            waitWithTimeout(finished, { clock, waitMillis: 60_000, signal }),
        );
        const settled = Promise.allSettled(waits);
        controller.abort(new Error('left'));

        expect(await settled).toEqual(waits.map(() => ({ status: 'rejected', reason: new Error('left') })));
        expect(clock.pendingTimers).toBe(0);
        expect(removed).toHaveBeenCalledTimes(100);
        expect(then).toHaveBeenCalledTimes(1);
        await expect(waitWithTimeout(finished, { clock, signal })).rejects.toThrow('left');
    });
});
