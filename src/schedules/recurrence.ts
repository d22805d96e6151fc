import { parseCronExpression } from './cron-expression.js';
import { show, didYouMean } from '../util/check.js';
import { EngineError } from '../errors/engine-error.js';

/** When a schedule comes due, again and again. */
export interface Recurrence {
    /** The first time after that, in milliseconds since the epoch; undefined if there is none. */
    next(afterMillis: number): number | undefined;
}

const DAY_MILLIS = 86_400_000;

const UTC_NAMES = ['UTC', 'Etc/UTC'];

const IANA = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

const FIELDS: readonly Intl.DateTimeFormatPartTypes[] = ['year', 'month', 'day', 'hour', 'minute', 'second'];

/**
 * Reads a cron expression that is meant for the clocks of a time zone.
 *
 * Where the clocks are put forward, a time that is left out comes as much later as they are put forward: 2:30 as 3:30. Where
 * they are put back, a time that comes twice counts the first time only. But what comes in each hour (`*` for the hour)
 * just goes on, with neither a break nor a rush.
 *
 * @throws EngineError `cron-expression-invalid`, or `invalid-value` for the name of the zone.
 */
export async function parseRecurrence(expression: unknown, timezone: unknown): Promise<Recurrence> {
    const { pattern, isHourly } = parseCronExpression(expression);
    const zone = readTimeZone(timezone);
    // Loaded by the first schedule.
    const { Cron } = await import('croner');
    const isLocal = !isHourly && zone !== undefined;
    // Without a zone of its own, it is several times faster. Where both days are named, either one counts.
    const cron = new Cron(pattern, { paused: true, ...(isHourly && zone ? { timezone: zone } : { utcOffset: 0 }) });
    const next = (after: number): number | undefined => cron.nextRun(new Date(after))?.getTime();
    return { next: isLocal ? nextOfDay(next, offsetsOf(zone)) : next };
}

/**
 * Local times are written as the moment of UTC that reads the same. They are searched from where the clocks would be without
 * the last change, so that those are found too that were left out.
 */
function nextOfDay(nextLocal: Recurrence['next'], offsetAt: (millis: number) => number): Recurrence['next'] {
    return (afterMillis) => {
        const offset = Math.min(offsetAt(afterMillis), offsetAt(afterMillis - DAY_MILLIS));
        let local = nextLocal(afterMillis + offset);
        while (local !== undefined) {
            const moment = momentOf(local, offsetAt);
            if (moment > afterMillis) return moment;
            local = nextLocal(local);
        }
        return undefined;
    };
}

/** When the clocks show a local time: the first time, if twice; as if they were not put forward, if never. */
function momentOf(local: number, offsetAt: (millis: number) => number): number {
    const before = offsetAt(local - DAY_MILLIS);
    const after = offsetAt(local + DAY_MILLIS);
    if (before === after || offsetAt(local - before) === before) return local - before;
    return offsetAt(local - after) === after ? local - after : local - before;
}

/**
 * Reads the name of a time zone; undefined for UTC.
 *
 * @throws EngineError `invalid-value` for what is no IANA name, with the nearest one that is.
 */
function readTimeZone(name: unknown): string | undefined {
    if (typeof name === 'string' && UTC_NAMES.includes(name)) return undefined;
    try {
        if (typeof name === 'string' && IANA.test(name) && formatOf(name)) return name;
    } catch {
        // Refused below.
    }
    const hint = typeof name === 'string' ? didYouMean(name, ['UTC', ...Intl.supportedValuesOf('timeZone')]) : '';
    const message = `\`timezone\` is ${show(name)}, but must be the IANA name of a time zone, such as 'Europe/Prague'.${hint}`;
    throw new EngineError('invalid-value', message, { details: { path: 'timezone' } });
}

/** How far the clocks of a place are ahead of UTC, in milliseconds, at a moment given in milliseconds since the epoch. */
function offsetsOf(timeZone: string): (millis: number) => number {
    const format = formatOf(timeZone);
    return (millis) => {
        const parts = new Map(format.formatToParts(millis).map(({ type, value }) => [type, Number(value)]));
        const [year, month, day, hour, minute, second] = FIELDS.map((field) => parts.get(field)!);
        const wholeSeconds = Math.floor(millis / 1000) * 1000;
        return Date.UTC(year!, month! - 1, day, hour, minute, second) - wholeSeconds;
    };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
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
