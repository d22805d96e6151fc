import { readCronExpression } from './cron-expression.js';
import { show, didYouMean } from '../util/check.js';
import { EngineError } from '../errors/engine-error.js';

/** When a schedule comes due, again and again. */
export interface Recurrence {
    /** The first time after that, in milliseconds since the epoch; undefined if there is none. */
    next(afterMillis: number): number | undefined;
}

const IANA = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

/**
 * Reads a cron expression that is meant for the clocks of a time zone. Where both days are named, either one counts.
 *
 * Where the clocks are put forward, a single time that is left out comes right after the change. Where they are put back, a single
 * time that exists twice counts once. What comes in each hour goes on, with neither a break nor a rush.
 *
 * @throws EngineError `cron-expression-invalid`, or `invalid-value` for the name of the zone.
 */
export async function readRecurrence(expression: unknown, timezone: unknown): Promise<Recurrence> {
    const pattern = readCronExpression(expression);
    checkTimezone(timezone);
    // Loaded by the first schedule.
    const { Cron } = await import('croner');
    const cron = new Cron(pattern, { paused: true, timezone });
    return { next: (afterMillis) => cron.nextRun(new Date(afterMillis))?.getTime() };
}

/** Refuses what is not an IANA name, with the nearest one that is: `invalid-value`. */
function checkTimezone(name: unknown): asserts name is string {
    try {
        if (typeof name === 'string' && IANA.test(name) && new Intl.DateTimeFormat('en', { timeZone: name })) return;
    } catch {
        // Told below, with the nearest name.
    }
    const hint = typeof name === 'string' ? didYouMean(name, ['UTC', ...Intl.supportedValuesOf('timeZone')]) : '';
    const message = `\`timezone\` is ${show(name)}, but must be the IANA name of a time zone, such as 'Europe/Prague'.${hint}`;
    throw new EngineError('invalid-value', message, { details: { path: 'timezone' } });
}
