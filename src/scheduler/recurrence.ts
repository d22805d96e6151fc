import { readCronExpression } from './cron-expression.js';
import { show, didYouMean } from '../util/check.js';
import { EngineError } from '../errors/engine-error.js';

/** When a schedule comes due, again and again. */
export interface Recurrence {
    /** The first time after that, in milliseconds since the epoch; undefined if there is none. */
    next(afterMillis: number): number | undefined;
}

const DAY_MILLIS = 86_400_000;

const SECOND_MILLIS = 1000;

const UTC: TimeZone = { offsetAt: () => 0 };

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
export async function readRecurrence(expression: unknown, timezone: unknown): Promise<Recurrence> {
    const { pattern, isHourly } = readCronExpression(expression);
    const zone = timeZone(timezone);
    // Loaded by the first schedule.
    const { Cron } = await import('croner');
    // Without a zone of its own, it is several times faster. Where both days are named, either one counts.
    const times = new Cron(pattern, { paused: true, utcOffset: 0 });
    const cron: CronPattern = { next: (after) => times.nextRun(new Date(after))?.getTime() };
    const next = isHourly ? nextInAnyHour : nextOfDay;
    return { next: (afterMillis) => next(cron, zone, afterMillis) };
}

/**
 * Local times are written as the moment of UTC that reads the same. They are searched from where the clocks would be without
 * the last change, so that those are found too that were left out.
 */
function nextOfDay(cron: CronPattern, zone: TimeZone, afterMillis: number): number | undefined {
    const offset = Math.min(zone.offsetAt(afterMillis), zone.offsetAt(afterMillis - DAY_MILLIS));
    let local = cron.next(afterMillis + offset);
    while (local !== undefined) {
        const moment = momentOf(local, zone);
        if (moment > afterMillis) return moment;
        local = cron.next(local);
    }
    return undefined;
}

/** When the clocks show a local time: the first time, if twice; as if they were not put forward, if never. */
function momentOf(local: number, zone: TimeZone): number {
    const before = zone.offsetAt(local - DAY_MILLIS);
    const after = zone.offsetAt(local + DAY_MILLIS);
    if (before === after || zone.offsetAt(local - before) === before) return local - before;
    return zone.offsetAt(local - after) === after ? local - after : local - before;
}

/** From one change of the clocks to the next, local time is nothing but UTC at an offset. */
function nextInAnyHour(cron: CronPattern, zone: TimeZone, afterMillis: number): number | undefined {
    let after = afterMillis;
    let offset = zone.offsetAt(after);
    for (;;) {
        const local = cron.next(after + offset);
        if (local === undefined) return undefined;
        const moment = local - offset;
        if (zone.offsetAt(moment) === offset) return moment;
        const change = changeBetween(after, moment, zone);
        // It may come due at the change itself.
        after = change - 1;
        offset = zone.offsetAt(change);
    }
}

/** The first moment at which the clocks are ahead by something else than at `from`, to the second. */
function changeBetween(from: number, to: number, zone: TimeZone): number {
    const offset = zone.offsetAt(from);
    let before = Math.floor(from / SECOND_MILLIS);
    let since = Math.ceil(to / SECOND_MILLIS);
    while (since - before > 1) {
        const middle = Math.floor((before + since) / 2);
        if (zone.offsetAt(middle * SECOND_MILLIS) === offset) before = middle;
        else since = middle;
    }
    return since * SECOND_MILLIS;
}

/** How far the clocks of a place are ahead of UTC. */
export interface TimeZone {
    /** Milliseconds, at a moment given in milliseconds since the epoch. */
    offsetAt(millis: number): number;
}

/**
 * The time zone of that name, with its daylight saving.
 *
 * @throws EngineError `invalid-value` for what is no IANA name, with the nearest one that is.
 */
function timeZone(name: unknown): TimeZone {
    if (typeof name !== 'string' || !IANA.test(name)) throw unknownZone(name);
    if (UTC_NAMES.includes(name)) return UTC;
    const format = formatOf(name);
    return {
        offsetAt(millis) {
            const parts = new Map(format.formatToParts(millis).map(({ type, value }) => [type, Number(value)]));
            const [year, month, day, hour, minute, second] = FIELDS.map((field) => parts.get(field)!);
            const wholeSeconds = Math.floor(millis / 1000) * 1000;
            return Date.UTC(year!, month! - 1, day, hour, minute, second) - wholeSeconds;
        },
    };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
    try {
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
    } catch {
        throw unknownZone(timeZone);
    }
}

function unknownZone(name: unknown): EngineError {
    const hint = typeof name === 'string' ? didYouMean(name, ['UTC', ...Intl.supportedValuesOf('timeZone')]) : '';
    const message = `\`timezone\` is ${show(name)}, but must be the IANA name of a time zone, such as 'Europe/Prague'.${hint}`;
    return new EngineError('invalid-value', message, { details: { path: 'timezone' } });
}

/** Tells when a pattern comes true, on a clock that knows no zones: its times are those of UTC. */
export interface CronPattern {
    /** The first time after that, in milliseconds since the epoch; undefined if there is none in thousands of years. */
    next(afterMillis: number): number | undefined;
}
