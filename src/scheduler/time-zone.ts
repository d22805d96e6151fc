import { show, didYouMean } from '../util/check.js';
import { EngineError } from '../errors/engine-error.js';

/** How far the clocks of a place are ahead of UTC. */
export interface TimeZone {
    /** Milliseconds, at a moment given in milliseconds since the epoch. */
    offsetAt(millis: number): number;
}

const UTC: TimeZone = { offsetAt: () => 0 };
const UTC_NAMES = ['UTC', 'Etc/UTC'];
const IANA = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

/**
 * The time zone of that name, with its daylight saving.
 *
 * @throws EngineError `invalid-value` for what is no IANA name, with the nearest one that is.
 */
export function timeZone(name: unknown): TimeZone {
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

const FIELDS: readonly Intl.DateTimeFormatPartTypes[] = ['year', 'month', 'day', 'hour', 'minute', 'second'];

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
