import { invalid, checkNumber, checkOptions } from '../util/check.js';
import { EngineError } from '../errors/engine-error.js';
import { MAX_WAIT_FOR_FINISH_SECS } from '../run/start/start-options.js';
import type { WaitOptions } from '../model/client/client.js';

/** A text that is there and not empty: the id or name of something, or the key of a record. */
export function checkId(path: string, value: unknown): void {
    if (typeof value !== 'string' || value === '') throw invalid(path, value, 'a text that is not empty');
}

/** An argument that may not be left out, although it is an object of options whose fields may all be. */
export function checkRequired(path: string, value: unknown): void {
    if (value === undefined) throw invalid(path, value, 'an object');
}

/** The error of every method but `get` and `delete` when what it works on does not exist. */
export function notFoundError(sought: string, remedy: string): EngineError {
    return new EngineError('record-not-found', `There is no ${sought}. ${remedy}`, { details: { sought } });
}

/** Milliseconds to wait for an end in one request; what is more than may be is cut, as clients ask for hours, and repeat. */
export function toShortWaitMillis(waitForFinish: number | undefined): number {
    checkNumber('options.waitForFinish', waitForFinish, 0);
    return Math.min(waitForFinish ?? 0, MAX_WAIT_FOR_FINISH_SECS) * 1000;
}

/** Milliseconds to wait for an end however long it takes; undefined is until then. */
export function toWaitMillis(waitSecs: number | undefined): number | undefined {
    checkNumber('options.waitSecs', waitSecs, 0);
    return waitSecs === undefined ? undefined : waitSecs * 1000;
}

/** What waits for an end, once its options are checked. */
export function parseWaitOptions(options: WaitOptions): {
    waitMillis: number | undefined;
    signal: AbortSignal | undefined;
} {
    checkOptions('options', options, ['waitSecs', 'signal']);
    return { waitMillis: toWaitMillis(options.waitSecs), signal: options.signal };
}
