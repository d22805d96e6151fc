import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/testing/manual-clock.js';

describe('a clock moved by hand', () => {
    it('fires what comes due, in order of time, each at its own time', async () => {
        const clock = new ManualClock(0);
        const fired: string[] = [];

        clock.after(2_000, () => fired.push(`b@${clock.now()}`));
        clock.after(1_000, () => fired.push(`a@${clock.now()}`));
        clock.after(9_000, () => fired.push('never'));
        await clock.advance('5s');

        expect(fired).toEqual(['a@1000', 'b@2000']);
        expect(clock.now()).toBe(5_000);
    });

    it('fires timers that a timer sets within the same move', async () => {
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

    it('waits for what a timer sets off before it goes on', async () => {
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

    it('does not fire what was cancelled', async () => {
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
    ])('understands %s', async (duration, millis) => {
        const clock = new ManualClock(0);

        await clock.advance(duration);

        expect(clock.now()).toBe(millis);
    });

    it.each(['1 hour', '', '-5s', -1, Number.NaN])('refuses %s', async (duration) => {
        await expect(new ManualClock().advance(duration)).rejects.toThrow(/is no duration/);
    });
});
