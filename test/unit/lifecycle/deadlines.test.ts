import { describe, expect, it } from 'vitest';
import { Deadlines } from '../../../src/lifecycle/deadlines.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';

function deadlinesOnManualClock() {
    const clock = new ManualClock(0);
    const heard: string[] = [];
    const deadlines = new Deadlines(clock, {
        warn: (left) => heard.push(`warn ${left} @${clock.now()}`),
        pass: () => heard.push(`pass @${clock.now()}`),
        graceOver: () => heard.push(`grace @${clock.now()}`),
    });
    return { clock, deadlines, heard };
}

describe('the time of a run', () => {
    it('warns ten seconds ahead of a long timeout', async () => {
        const { clock, deadlines, heard } = deadlinesOnManualClock();

        deadlines.armTimeout(3600);
        await clock.advance('2h');

        expect(heard).toEqual(['warn 10000 @3590000', 'pass @3600000']);
    });

    it('warns at nine tenths of a short one', async () => {
        const { clock, deadlines, heard } = deadlinesOnManualClock();

        deadlines.armTimeout(5);
        await clock.advance('5s');

        expect(heard).toEqual(['warn 500 @4500', 'pass @5000']);
    });

    it('never ends without a timeout', async () => {
        const { clock, deadlines, heard } = deadlinesOnManualClock();

        deadlines.armTimeout(0);
        await clock.advance('365d');

        expect(heard).toEqual([]);
        expect(clock.pendingTimers).toBe(0);
    });

    it('counts only the grace once that is armed', async () => {
        const { clock, deadlines, heard } = deadlinesOnManualClock();

        deadlines.armTimeout(60);
        deadlines.armGrace(30);
        await clock.advance('1h');

        expect(heard).toEqual(['grace @30000']);
    });

    it('leaves no timer behind when it is disarmed', () => {
        const { clock, deadlines } = deadlinesOnManualClock();

        deadlines.armTimeout(60);
        deadlines.disarm();

        expect(clock.pendingTimers).toBe(0);
    });
});
