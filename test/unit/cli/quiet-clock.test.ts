import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { quietClock } from '../../../src/cli/quiet-clock.js';

describe('the clock of an engine that is there for one look', () => {
    it('shows the time, and lets nothing come due', async () => {
        let hasFired = false;
        const cancel = quietClock.after(0, () => {
            hasFired = true;
        });
        // A timer that is set later, and is due as soon, would come after it.
        await delay(0);

        expect(hasFired).toBe(false);
        expect(Math.abs(quietClock.now() - Date.now())).toBeLessThan(1000);
        expect(cancel).not.toThrow();
    });
});
