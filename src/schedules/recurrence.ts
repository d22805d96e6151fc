import { parseCronExpression } from './cron-expression.js';
import { show, didYouMean } from '../util/check.js';
import { EngineError } from '../errors/engine-error.js';

/** The times at which a schedule is due. */
export interface Recurrence {
    /** Returns the first time after a time, both in milliseconds since the epoch; undefined if there is none. */
    next(afterMillis: number): number | undefined;
}

/** Minimum time between two firings of a schedule. */
export const MIN_INTERVAL_MILLIS = 10_000;

const DAY_MILLIS = 86_400_000;

/** Returns the next time of a schedule, which keeps the minimum interval after its last one. */
export function nextScheduledTime(
    recurrence: Recurrence,
    nowMillis: number,
    lastMillis: number = -Infinity,
): number | undefined {
    return recurrence.next(Math.max(nowMillis, lastMillis + MIN_INTERVAL_MILLIS - 1));
}

const UTC_NAMES = ['UTC', 'Etc/UTC'];

const IANA = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

const FIELDS: readonly Intl.DateTimeFormatPartTypes[] = ['year', 'month', 'day', 'hour', 'minute', 'second'];

/**
 * Parses a cron expression in the local time of a time zone.
 *
 * When clocks are put forward, a skipped time is due later by the same amount: 2:30 becomes 3:30. When clocks are put back, a time
 * that occurs twice is due only the first time. Expressions that match in every hour (`*` for the hour) are not affected: their
 * times stay evenly spaced.
 *
 * @throws EngineError `cron-expression-invalid`, or `invalid-value` for an unknown time zone.
 */
export async function parseRecurrence(expression: unknown, timezone: unknown): Promise<Recurrence> {
    const { pattern, isHourly } = parseCronExpression(expression);
    const zone = parseTimeZone(timezone);
    // Loaded with the first schedule.
    const { Cron } = await import('croner');
    const isLocal = !isHourly && zone !== undefined;
    // Croner is several times faster without a time zone. If both day fields are set, a match of either one is due.
    const cron = new Cron(pattern, { paused: true, ...(isHourly && zone ? { timezone: zone } : { utcOffset: 0 }) });
    const next = (after: number): number | undefined => cron.nextRun(new Date(after))?.getTime();
    return { next: isLocal ? createLocalNext(next, createOffsetLookup(zone)) : next };
}

/**
 * Creates the `next` function for local times. A local time is represented by the UTC time with the same digits. The search starts
 * with the smaller of the offsets before and after a clock change, so that skipped times are found too.
 */
function createLocalNext(nextLocal: Recurrence['next'], offsetAt: (millis: number) => number): Recurrence['next'] {
    return (afterMillis) => {
        const offset = Math.min(offsetAt(afterMillis), offsetAt(afterMillis - DAY_MILLIS));
        let local = nextLocal(afterMillis + offset);
        while (local !== undefined) {
            const millis = toUtc(local, offsetAt);
            if (millis > afterMillis) return millis;
            local = nextLocal(local);
        }
        return undefined;
    };
}

/** Converts a local time to UTC: to the first occurrence of a repeated time, and with the offset before the change for a skipped time. */
function toUtc(local: number, offsetAt: (millis: number) => number): number {
    const before = offsetAt(local - DAY_MILLIS);
    const after = offsetAt(local + DAY_MILLIS);
    if (before === after || offsetAt(local - before) === before) return local - before;
    return offsetAt(local - after) === after ? local - after : local - before;
}

/**
 * Validates the name of a time zone. Returns undefined for UTC.
 *
 * @throws EngineError `invalid-value` for a name that is not an IANA time zone, with the most similar one.
 */
function parseTimeZone(name: unknown): string | undefined {
    if (typeof name === 'string' && UTC_NAMES.includes(name)) return undefined;
    try {
        if (typeof name === 'string' && IANA.test(name) && createFormat(name)) return name;
    } catch {
        // `Intl` does not know the zone.
    }
    const hint = typeof name === 'string' ? didYouMean(name, ['UTC', ...Intl.supportedValuesOf('timeZone')]) : '';
    const message = `\`timezone\` is ${show(name)}, but must be the IANA name of a time zone, such as 'Europe/Prague'.${hint}`;
    throw new EngineError('invalid-value', message, { details: { path: 'timezone' } });
}

/** Returns a function for the UTC offset of a time zone, in milliseconds, at a time in milliseconds since the epoch. */
function createOffsetLookup(timeZone: string): (millis: number) => number {
    const format = createFormat(timeZone);
    return (millis) => {
        const parts = new Map(format.formatToParts(millis).map(({ type, value }) => [type, Number(value)]));
        const [year, month, day, hour, minute, second] = FIELDS.map((field) => parts.get(field)!);
        const wholeSeconds = Math.floor(millis / 1000) * 1000;
        return Date.UTC(year!, month! - 1, day, hour, minute, second) - wholeSeconds;
    };
}

function createFormat(timeZone: string): Intl.DateTimeFormat {
    return new Intl.DateTimeFormat('en-US', {
        timeZone,
        hourCycle: 'h23',
        calendar: 'gregory',
        numberingSystem: 'latn',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
    });
}
