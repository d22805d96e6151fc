import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/testing/manual-clock.js';

describe('ManualClock', () => {
    it('fires due timers in order, each at its own time', async () => {
        const clock = new ManualClock(0);
        const fired: string[] = [];

        clock.after(2_000, () => fired.push(`b@${clock.now()}`));
        clock.after(1_000, () => fired.push(`a@${clock.now()}`));
        clock.after(9_000, () => fired.push('never'));
        await clock.advance('5s');

        expect(fired).toEqual(['a@1000', 'b@2000']);
        expect(clock.now()).toBe(5_000);
    });

    it('fires timers that a timer sets during the same advance', async () => {
        const clock = new ManualClock(0);
        const fired: number[] = [];
        const again = (): void => {
            fired.push(clock.now());
            clock.after(60_000, again);
        };

        clock.after(60_000, again);
        await clock.advance('3m');

        expect(fired).toEqual([60_000, 120_000, 180_000]);
    });

    it('waits for the work of a timer before it advances further', async () => {
        const clock = new ManualClock(0);
        const seen: string[] = [];

        clock.after(1_000, async () => {
            for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
            seen.push(`done@${clock.now()}`);
        });
        clock.after(2_000, () => seen.push(`next@${clock.now()}`));
        await clock.advance('1m');

        expect(seen).toEqual(['done@1000', 'next@2000']);
    });

    it('waits for pending work, and for work that it starts, at the time of its start', async () => {
        const clock = new ManualClock(0);
        const seen: string[] = [];
        const work = async (name: string, next?: string): Promise<void> => {
            await delay(20);
            seen.push(`${name}@${clock.now()}`);
            if (next !== undefined) clock.hold(work(next));
        };

        clock.hold(work('before'));
        clock.after(1_000, () => clock.hold(work('run', 'delivery')));
        clock.after(2_000, () => seen.push('next'));
        clock.after(3_000, () => clock.hold(work('last')));
        await clock.advance('1m');

        expect(seen).toEqual(['before@0', 'run@1000', 'delivery@1000', 'next', 'last@3000']);
    });

    it('advances after failed work', async () => {
        const clock = new ManualClock(0);

        clock.hold(Promise.reject(new Error('failed')));
        await clock.advance('1m');

        expect(clock.now()).toBe(60_000);
    });

    it('waits at most `patienceMillis`, once for each pending work and concurrently', async () => {
        const clock = new ManualClock(0, { patienceMillis: 100 });
        const fired: number[] = [];
        for (let count = 0; count < 20; count++) clock.hold(new Promise(() => {}));
        for (let hour = 1; hour <= 24; hour++) clock.after(hour * 3_600_000, () => fired.push(hour));
        const start = performance.now();

        await clock.advance('1d');

        expect(fired).toHaveLength(24);
        expect(performance.now() - start).toBeGreaterThan(90);
        expect(performance.now() - start).toBeLessThan(1_000);
    });

    it.each([-1, Number.NaN, Infinity])('rejects a `patienceMillis` of %s', (patienceMillis) => {
        expect(() => new ManualClock(0, { patienceMillis })).toThrow(RangeError);
    });

    it('does not fire cancelled timers', async () => {
        const clock = new ManualClock(0);
        const cancel = clock.after(1, () => expect.unreachable());

        cancel();
        await clock.advance(10);

        expect(clock.pendingTimers).toBe(0);
    });

    it.each([
        ['1h 30m', 5_400_000],
        ['0.5s', 500],
        ['7d', 604_800_000],
        [250, 250],
    ])('parses %s', async (duration, millis) => {
        const clock = new ManualClock(0);

        await clock.advance(duration);

        expect(clock.now()).toBe(millis);
    });

    it.each(['1 hour', '', '-5s', -1, Number.NaN])('rejects %s', async (duration) => {
        await expect(new ManualClock().advance(duration)).rejects.toThrow(/is not a valid duration/);
    });
});
