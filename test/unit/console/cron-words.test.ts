import { describe, expect, it } from 'vitest';
import { cronWords } from '../../../src/console/schedules/cron-words.js';

describe('a cron expression in words', () => {
    it.each([
        ['* * * * *', 'Every minute'],
        ['*/5 * * * *', 'Every 5 minutes'],
        ['0 * * * *', 'Every hour'],
        ['@hourly', 'Every hour'],
        ['15 * * * *', 'At minute 15 of every hour'],
        ['@daily', 'At 00:00'],
        ['30 7 * * 1-5', 'At 07:30, on Monday to Friday'],
        ['0 8,20 * * *', 'At 08:00 and 20:00'],
        ['0 0 1 * *', 'At 00:00, on day 1 of the month'],
        ['0 0 1,15 * MON', 'At 00:00, on day 1 and 15 of the month, and on Monday'],
        ['0 0 1 1 *', 'At 00:00, on day 1 of the month, in January'],
        ['*/10 9-17 * * *', 'Every 10 minutes of hour 9 to 17'],
        ['0 */2 * * SAT,SUN', 'At minute 0 of every 2nd hour, on Sunday and Saturday'],
        ['*/30 * * * * *', 'Every 30 seconds'],
    ])('%s is: %s', (expression, words) => {
        expect(cronWords(expression)).toBe(words);
    });

    it('is an error that says what is wrong, if it is none', () => {
        expect(() => cronWords('61 * * * *')).toThrow("has '61' in its minute");
    });
});
