import { readCronExpression } from './cron-expression.js';
import { timeZone, type TimeZone } from './time-zone.js';
import type { CronPattern } from './cron.js';

/** When a schedule comes due, again and again. */
export interface Recurrence {
    /** The first time after that, in milliseconds since the epoch; undefined if there is none. */
    next(afterMillis: number): number | undefined;
}

const DAY_MILLIS = 86_400_000;
const SECOND_MILLIS = 1000;

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
    const { cronPattern } = await import('./cron.js');
    const cron = cronPattern(pattern);
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
