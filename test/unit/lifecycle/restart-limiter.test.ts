import { describe, expect, it } from 'vitest';
import { RestartLimiter } from '../../../src/lifecycle/deadlines.js';

describe('restarts on error', () => {
    it('are three in a minute at most, and more as that minute moves on', () => {
        const restarts = new RestartLimiter();

        const taken = [0, 10_000, 20_000, 30_000, 59_999, 60_000, 60_001, 70_000].map((millis) =>
            restarts.tryAcquire(millis),
        );

        expect(taken).toEqual([true, true, true, false, false, true, false, true]);
    });
});
