import { EngineError } from '../errors/engine-error.js';
import { didYouMean, show } from '../util/check.js';
import { readCronExpression } from './cron-expression.js';

/** When a schedule is due, again and again. */
export interface Recurrence {
    /** The first time after that, in milliseconds since the epoch; undefined if there is none. */
    next(afterMillis: number): number | undefined;
}

const IANA = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

/**
 * Reads a cron expression for the clocks of a time zone. Where both days are named, either one counts.
 *
 * Times that the clocks skip in spring come once, as soon as they have been put forward; a time that comes twice in autumn counts
 * once. An expression that names every hour or minute follows the clocks, with neither a gap nor a repetition.
 *
 * @throws EngineError `cron-expression-invalid`, or `invalid-value` for the name of the zone.
 */
export async function readRecurrence(expression: unknown, timezone: unknown): Promise<Recurrence> {
    const pattern = readCronExpression(expression);
    checkTimeZone(timezone);
    // Loaded by the first schedule.
    const { Cron } = await import('croner');
    const cron = new Cron(pattern, { paused: true, timezone, fixedTimeRule: 'no-wildcard' });
    return { next: (afterMillis) => cron.nextRun(new Date(afterMillis))?.getTime() };
}

function checkTimeZone(name: unknown): asserts name is string {
    if (typeof name === 'string' && IANA.test(name) && isKnown(name)) return;
    const hint = typeof name === 'string' ? didYouMean(name, ['UTC', ...Intl.supportedValuesOf('timeZone')]) : '';
    const message = `\`timezone\` is ${show(name)}, but must be the IANA name of a time zone, such as 'Europe/Prague'.${hint}`;
    throw new EngineError('invalid-value', message, { details: { path: 'timezone' } });
}

function isKnown(timeZone: string): boolean {
    try {
        return Boolean(new Intl.DateTimeFormat('en', { timeZone }));
    } catch {
        return false;
    }
}
