import { MAX_WAIT_FOR_FINISH_SECS } from '../lifecycle/start-options.js';
import { checkNumber, checkOptions } from '../util/check.js';
import type { WaitOptions } from '../model/client.js';

/** Milliseconds to wait for an end in one request; what is more than may be is cut, as clients ask for hours, and repeat. */
export function shortWaitMillis(waitForFinish: number | undefined): number {
    checkNumber('options.waitForFinish', waitForFinish, 0);
    return Math.min(waitForFinish ?? 0, MAX_WAIT_FOR_FINISH_SECS) * 1000;
}

/** Milliseconds to wait for an end however long it takes; undefined is until then. */
export function waitMillisOf(waitSecs: number | undefined): number | undefined {
    checkNumber('options.waitSecs', waitSecs, 0);
    return waitSecs === undefined ? undefined : waitSecs * 1000;
}

/** What waits for an end, once its options are checked. */
export function readWait(options: WaitOptions): { waitMillis: number | undefined; signal: AbortSignal | undefined } {
    checkOptions('options', options, ['waitSecs', 'signal']);
    return { waitMillis: waitMillisOf(options.waitSecs), signal: options.signal };
}
