import { invalid, checkNumber, checkOptions, checkSignal } from '../util/check.js';
import { EngineError } from '../errors/engine-error.js';
import { MAX_WAIT_FOR_FINISH_SECS } from '../run/start/start-options.js';
import type { WaitOptions } from '../model/client/run.js';

/** Asserts that an id, a name or a key is a non-empty string. */
export function checkId(path: string, value: unknown): void {
    if (typeof value !== 'string' || value === '') throw invalid(path, value, 'a non-empty string');
}

/** Asserts that a required object was passed, even if all its fields are optional. */
export function checkRequired(path: string, value: unknown): void {
    if (value === undefined) throw invalid(path, value, 'an object');
}

/**
 * Creates the error for a resource that does not exist. All methods except `get` and `delete` throw it.
 *
 * @param description - The resource, such as "run with the id `abc`".
 */
export function notFoundError(description: string, remedy: string): EngineError {
    return new EngineError('record-not-found', `There is no ${description}. ${remedy}`, { details: { description } });
}

/** Converts `waitForFinish` to milliseconds, capped at 60 seconds: clients ask for hours, and repeat the call. */
export function toShortWaitMillis(waitForFinish: number | undefined): number {
    checkNumber('options.waitForFinish', waitForFinish, 0);
    return Math.min(waitForFinish ?? 0, MAX_WAIT_FOR_FINISH_SECS) * 1000;
}

/** Converts `waitSecs` to milliseconds; undefined to wait until the end. */
export function toWaitMillis(waitSecs: number | undefined): number | undefined {
    checkNumber('options.waitSecs', waitSecs, 0);
    return waitSecs === undefined ? undefined : waitSecs * 1000;
}

/** Validates the options of `waitForFinish`. */
export function parseWaitOptions(options: WaitOptions): {
    waitMillis: number | undefined;
    signal: AbortSignal | undefined;
} {
    checkOptions('options', options, ['waitSecs', 'signal']);
    checkSignal('options.signal', options.signal);
    return { waitMillis: toWaitMillis(options.waitSecs), signal: options.signal };
}
