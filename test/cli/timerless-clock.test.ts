import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { timerlessClock } from '../../src/cli/backend/connect.js';

describe('The clock of an engine for one command', () => {
    it('shows the time and fires no timers', async () => {
        let hasFired = false;
        const cancel = timerlessClock.after(0, () => {
            hasFired = true;
        });
        // A timer that is set later, and is due as soon, would come after it.
        await delay(0);

        expect(hasFired).toBe(false);
        expect(Math.abs(timerlessClock.now() - Date.now())).toBeLessThan(1000);
        expect(cancel).not.toThrow();
    });
});
