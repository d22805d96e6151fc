import { describe, expect, it } from 'vitest';
import { describeCron } from '../../src/console/schedules/describe-cron.js';

describe('a cron expression in words', () => {
    it.each([
        ['*/5 * * * *', 'Every 5 minutes'],
        ['@hourly', 'Every hour'],
        ['@daily', 'At 00:00'],
        ['30 7 * * 1-5', 'At 07:30, Monday through Friday'],
        ['0 0 1,15 * MON', 'At 00:00, on day 1 and 15 of the month, and on Monday'],
        ['0 0 * * MON-SUN', 'At 00:00, Monday through Sunday'],
        ['*/30 * * * * *', 'Every 30 seconds'],
    ])('%s is: %s', (expression, words) => {
        expect(describeCron(expression)).toEqual({ description: words });
    });

    it('has an error if invalid', () => {
        expect(describeCron('61 * * * *').error).toContain("has '61' in its minute");
    });
});
