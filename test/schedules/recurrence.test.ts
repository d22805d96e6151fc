import { describe, expect, it } from 'vitest';
import { nextScheduledTime, parseRecurrence } from '../../src/schedules/recurrence.js';

/** Returns the first few times after a time, to the minute, in UTC. */
async function times(expression: string, timezone: string, after: string, count: number): Promise<string[]> {
    const recurrence = await parseRecurrence(expression, timezone);
    const found: string[] = [];
    let millis = Date.parse(`${after}Z`);
    for (let index = 0; index < count; index++) {
        millis = recurrence.next(millis)!;
        found.push(new Date(millis).toISOString().slice(0, 16));
    }
    return found;
}

describe('a recurrence', () => {
    it('is after the given time, never at it', async () => {
        const recurrence = await parseRecurrence('0 12 * * *', 'UTC');
        const noon = Date.parse('2030-01-01T12:00:00Z');

        expect(recurrence.next(noon - 1)).toBe(noon);
        expect(recurrence.next(noon)).toBe(noon + 86_400_000);
        expect(recurrence.next(noon + 0.5)).toBe(noon + 86_400_000);
    });

    it('uses the local time of its zone', async () => {
        expect(await times('0 9 * * 1', 'America/New_York', '2027-01-01T00:00', 1)).toEqual(['2027-01-04T14:00']);
        expect(await times('@weekly', 'Asia/Kolkata', '2027-08-01T00:00', 1)).toEqual(['2027-08-07T18:30']);
        expect(await times('0 0 1 1 *', 'Pacific/Kiritimati', '2027-06-01T00:00', 1)).toEqual(['2027-12-31T10:00']);
    });

    it('matches either day if both day fields are set', async () => {
        expect(await times('0 0 13 * 5', 'UTC', '2027-07-31T00:00', 3)).toEqual([
            '2027-08-06T00:00',
            '2027-08-13T00:00',
            '2027-08-20T00:00',
        ]);
    });

    it('waits for a leap year, and has no next time for impossible dates', async () => {
        expect(await times('0 0 29 2 *', 'UTC', '2027-01-01T00:00', 2)).toEqual([
            '2028-02-29T00:00',
            '2032-02-29T00:00',
        ]);
        expect((await parseRecurrence('0 0 30 2 *', 'UTC')).next(0)).toBeUndefined();
        expect((await parseRecurrence('* * 31 4 *', 'Europe/Prague')).next(0)).toBeUndefined();
    });
});

/** Clock changes: in Prague at 1:00 UTC, in New York at 7:00 and 6:00 UTC. */
const CHANGES: [what: string, expression: string, zone: string, after: string, times: string[]][] = [
    [
        'is due an hour later if it does not exist',
        '30 2 * * *',
        'Europe/Prague',
        '2027-03-27T12:00',
        ['2027-03-28T01:30', '2027-03-29T00:30'],
    ],
    [
        'is due an hour later if it does not exist',
        '30 2 * * *',
        'America/New_York',
        '2027-03-13T12:00',
        ['2027-03-14T07:30', '2027-03-15T06:30'],
    ],
    [
        'is due once if it exists twice',
        '30 2 * * *',
        'Europe/Prague',
        '2027-10-30T12:00',
        ['2027-10-31T00:30', '2027-11-01T01:30'],
    ],
    [
        'is due once if it exists twice',
        '30 1 * * *',
        'America/New_York',
        '2027-11-06T12:00',
        ['2027-11-07T05:30', '2027-11-08T06:30'],
    ],
    [
        'is due once, also right after its second occurrence',
        '30 2 * * *',
        'Europe/Prague',
        '2027-10-31T01:10',
        ['2027-11-01T01:30'],
    ],
    [
        'is due once if two of its times coincide',
        '30 2,3 * * *',
        'Europe/Prague',
        '2027-03-28T00:00',
        ['2027-03-28T01:30', '2027-03-29T00:30'],
    ],
    [
        'is due as often as usual in an hour that does not exist',
        '*/20 2 * * *',
        'Europe/Prague',
        '2027-03-28T00:00',
        ['2027-03-28T01:00', '2027-03-28T01:20', '2027-03-28T01:40', '2027-03-29T00:00'],
    ],
    [
        'is due as often as usual in an hour that exists twice',
        '*/20 2 * * *',
        'Europe/Prague',
        '2027-10-30T12:00',
        ['2027-10-31T00:00', '2027-10-31T00:20', '2027-10-31T00:40', '2027-11-01T01:00'],
    ],
    [
        'of each hour continues if an hour exists twice',
        '0 * * * *',
        'Europe/Prague',
        '2027-10-30T23:30',
        ['2027-10-31T00:00', '2027-10-31T01:00', '2027-10-31T02:00', '2027-10-31T03:00'],
    ],
    [
        'of each hour continues if an hour does not exist',
        '30 * * * *',
        'America/New_York',
        '2027-03-14T06:00',
        ['2027-03-14T06:30', '2027-03-14T07:30', '2027-03-14T08:30'],
    ],
    [
        'of each day at midnight is not skipped on a day without midnight',
        '0 0 * * *',
        'America/Sao_Paulo',
        '2018-11-03T12:00',
        ['2018-11-04T03:00', '2018-11-05T02:00'],
    ],
    [
        'of each half hour continues if clocks change by half an hour',
        '*/30 * * * *',
        'Australia/Lord_Howe',
        '2027-04-03T14:00',
        ['2027-04-03T14:30', '2027-04-03T15:00', '2027-04-03T15:30'],
    ],
];

describe('a time when clocks change', () => {
    it.each(CHANGES)('%s: %s in %s', async (_what, expression, zone, after, expected) => {
        expect(await times(expression, zone, after, expected.length)).toEqual(expected);
    });

    it.each(['Europe/Prague', 'America/New_York', 'Australia/Lord_Howe'])(
        'of each quarter of an hour is never skipped while clocks change, in %s',
        async (zone) => {
            const recurrence = await parseRecurrence('0 */15 * * * *', zone);
            const gaps = new Set<number>();
            // The clocks change within these 30 days.
            for (const start of ['2027-03-12T00:00:00Z', '2027-10-01T00:00:00Z', '2027-10-25T00:00:00Z']) {
                let millis = Date.parse(start);
                for (let count = 0; count < 30 * 96; count++) {
                    const next = recurrence.next(millis)!;
                    gaps.add(next - millis);
                    millis = next;
                }
            }

            expect([...gaps]).toEqual([900_000]);
        },
    );
});

describe('a time zone', () => {
    it.each([
        ['Europe/Pragu', 'Did you mean `Europe/Prague`?'],
        ['utcc', 'Did you mean `UTC`?'],
        ['+01:00', "`timezone` is '+01:00', but must be the IANA name of a time zone, such as 'Europe/Prague'."],
        ['', "`timezone` is ''"],
        ['Nowhere/City', "`timezone` is 'Nowhere/City'"],
        ['__proto__', "`timezone` is '__proto__'"],
        [3, '`timezone` is 3'],
    ])('is rejected if it does not exist: %s', async (zone, problem) => {
        await expect(parseRecurrence('* * * * *', zone)).rejects.toMatchObject({
            code: 'invalid-value',
            message: expect.stringContaining(problem),
        });
    });
});

it('keeps the minimum interval of 10 s between the times of a schedule', async () => {
    const recurrence = await parseRecurrence('*/4 * * * * *', 'UTC');
    const times = [nextScheduledTime(recurrence, 0)!];
    for (let count = 0; count < 2; count += 1) times.push(nextScheduledTime(recurrence, times.at(-1)!, times.at(-1))!);

    expect(times).toEqual([4_000, 16_000, 28_000]);
});
