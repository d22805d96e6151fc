import { describe, expect, it } from 'vitest';
import { parseCronExpression } from '../../src/schedules/cron-expression.js';

describe('a cron expression', () => {
    it.each([
        ['* * * * *', '0 * * * * *'],
        ['  0   12  * *  *  ', '0 0 12 * * *'],
        ['30 0 12 * * *', '30 0 12 * * *'],
        ['0 9-17/4 * * *', '0 0 9,13,17 * * *'],
        ['*/20 1,2,2 * * *', '0 0,20,40 1,2 * * *'],
        ['50/5 0 * * *', '0 50,55 0 * * *'],
        ['0 0 1 jan,JUL *', '0 0 0 1 1,7 *'],
        ['0 0 * * MON-FRI', '0 0 0 * * 1,2,3,4,5'],
        ['0 0 * * 5-7', '0 0 0 * * 0,5,6'],
        ['0 0 * * FRI-SUN', '0 0 0 * * 0,5,6'],
        ['0 0 * * 0,7', '0 0 0 * * 0'],
        ['0 0 13 * */1', '0 0 0 13 * *'],
        ['@yearly', '0 0 0 1 1 *'],
        ['@monthly', '0 0 0 1 * *'],
        ['@weekly', '0 0 0 * * 0'],
        ['@daily', '0 0 0 * * *'],
        ['@hourly', '0 0 * * * *'],
    ])('is parsed: %s', (expression, pattern) => {
        expect(parseCronExpression(expression).pattern).toBe(pattern);
    });

    it.each([
        ['* * * *', 'has 4 fields, but must have five (minute, hour, day of the month, month and day of the week)'],
        ['* * * * * * *', 'has 7 fields'],
        ['', 'has no fields'],
        ['60 * * * *', "has '60' in its minute, but it must be a number from 0 to 59."],
        ['99 * * * * *', "has '99' in its second"],
        ['* 24 * * *', "has '24' in its hour, but it must be a number from 0 to 23."],
        ['* * 0 * *', "has '0' in its day of the month, but it must be a number from 1 to 31."],
        ['* * * 13 *', "has '13' in its month"],
        ['* * * * 8', 'number from 0 to 7, or one of SUN, MON'],
        ['* * * * MOM', 'Did you mean `MON`?'],
        ['* * * AUGUST *', 'Did you mean `AUG`?'],
        ['5-1 * * * *', "has the range '5-1' in its minute, which ends before it begins."],
        ['*/0 * * * *', 'has the step 0 in its minute, but a step must be from 1 to 59.'],
        ['*/60 * * * *', 'has the step 60'],
        ['1,,2 * * * *', 'has an empty part in its minute'],
        ['-5 * * * *', "has '-5' in its minute"],
        ['1.5 * * * *', "has '1.5' in its minute"],
        ['* * L * *', "has 'L' in its day of the month"],
        ['* * ? * *', "has '?' in its day of the month"],
        ['* * * * 1#2', "has '1#2' in its day of the week"],
        [
            '@dayly',
            'is not a known alias. Did you mean `@daily`? Known aliases: @yearly, @monthly, @weekly, @daily, @hourly.',
        ],
        ['@annually', 'is not a known alias. Use `@yearly`.'],
        ['@midnight', 'is not a known alias. Use `@daily`.'],
        ['@reboot', 'is not a known alias. Known aliases:'],
        ['@constructor', 'is not a known alias.'],
        [5, 'The cron expression 5 must be a string'],
        [null, 'The cron expression null must be a string'],
    ])('is rejected with a reason: %s', (expression, problem) => {
        expect(() => parseCronExpression(expression)).toThrow(
            expect.objectContaining({ code: 'cron-expression-invalid', message: expect.stringContaining(problem) }),
        );
    });
});
