import { setTimeout } from 'node:timers/promises';
import { EngineError } from '../errors/engine-error.js';
import { isTerminal, JOB_STATUSES, type JobStatus } from '../model/api/status.js';
import { checkOptions, checkWord, invalid } from '../util/check.js';
import { isTextPattern, matchesText, type TextPattern } from './matchers/matcher.js';
import type { RunHandle } from '../engine/run-handle.js';

/** What to wait for in the life of a run: one of these. */
export type Milestone =
    /** So many items, or more, are in its default dataset. */
    | { items: number }
    /** A line of its log, from its beginning on, has this text or fits this pattern. */
    | { log: string | RegExp }
    /** It has this status. */
    | { status: JobStatus }
    /** Its status message has this text or fits this pattern. */
    | { statusMessage: string | RegExp };

/** How to wait. */
export interface UntilOptions {
    /** Ends the waiting, which then rejects with its reason. */
    signal?: AbortSignal;
}

/** A milestone, made ready to be waited for. */
interface Watch {
    /** As in "before it had 3 items". */
    what: string;
    /** Settles with whether it was reached before the run ended; when the signal is aborted, nobody cares any more. */
    wait(signal: AbortSignal): Promise<boolean>;
}

/** An Actor's thread appends items without a word to its host; so often they are counted. */
const COUNT_MILLIS = 5;
const KEYS = ['items', 'log', 'status', 'statusMessage'];

/**
 * Waits until a run has come so far; returns at once if it has already. The log counts from its beginning on.
 *
 * @throws EngineError `job-finished` when the run ends before that, with how it ended; `invalid-value`, `unknown-option`. The
 * reason of the signal, once that is aborted.
 *
 * @example
 * await until(run, { log: /page 2/ });
 * await run.migrate();
 */
export async function until(run: RunHandle, milestone: Milestone, options: UntilOptions = {}): Promise<void> {
    checkOptions('options', options, ['signal']);
    const watch = watchFor(run, milestone);
    const { signal } = options;
    signal?.throwIfAborted();
    const over = new AbortController();
    try {
        const isReached = await Promise.race([
            watch.wait(over.signal),
            ...(signal ? [rejectionBy(signal, over.signal)] : []),
        ]);
        if (!isReached) throw await endError(run, watch.what);
    } finally {
        over.abort();
    }
}

function watchFor(run: RunHandle, milestone: Milestone): Watch {
    checkOptions('milestone', milestone, KEYS);
    const keys = Object.keys(milestone ?? {});
    if (keys.length !== 1) {
        throw invalid(
            'milestone',
            milestone,
            `an object with one of ${KEYS.join(', ')}`,
            'Wait twice for two of them.',
        );
    }
    if ('items' in milestone) return watchItems(run, milestone.items);
    if ('log' in milestone) return watchLog(run, milestone.log);
    if ('status' in milestone) {
        const { status } = milestone;
        checkWord('milestone.status', status, JOB_STATUSES);
        return watchRecord(run, `was ${status}`, () => run.status === status);
    }
    const { statusMessage } = milestone;
    checkPattern('milestone.statusMessage', statusMessage);
    const what = `said ${String(statusMessage)} in its status message`;
    return watchRecord(run, what, () => matchesText(run.statusMessage ?? '', statusMessage));
}

function watchItems(run: RunHandle, count: number): Watch {
    if (!Number.isInteger(count) || count < 1) throw invalid('milestone.items', count, 'a whole number, 1 or more');
    return {
        what: `had ${count} items`,
        async wait(signal) {
            while (!signal.aborted) {
                // Before the look, or what comes in between would be missed.
                const isLast = isTerminal(run.status);
                if (((await run.dataset.get())?.itemCount ?? 0) >= count) return true;
                if (isLast) break;
                await setTimeout(COUNT_MILLIS);
            }
            return false;
        },
    };
}

function watchLog(run: RunHandle, pattern: TextPattern): Watch {
    checkPattern('milestone.log', pattern);
    return {
        what: `wrote ${String(pattern)} to its log`,
        async wait(signal) {
            for await (const line of run.log) {
                if (signal.aborted) break;
                if (matchesText(line, pattern)) return true;
            }
            return false;
        },
    };
}

function watchRecord(run: RunHandle, what: string, isReached: () => boolean): Watch {
    return {
        what,
        wait: (signal) =>
            new Promise((resolve, reject) => {
                const look = (): void => {
                    if (isReached()) resolve(true);
                };
                const stops = [run.on('status-changed', look), run.on('status-message', look)];
                signal.addEventListener('abort', () => stops.forEach((stop) => stop()), { once: true });
                look();
                run.finished().then(() => resolve(isReached()), reject);
            }),
    };
}

function checkPattern(path: string, pattern: TextPattern): void {
    if (!isTextPattern(pattern) || pattern === '') throw invalid(path, pattern, 'a text or a regular expression');
}

function rejectionBy(signal: AbortSignal, over: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: over });
    });
}

async function endError(run: RunHandle, what: string): Promise<EngineError> {
    const { status, statusMessage = 'no status message' } = await run.info();
    const message = `Run \`${run.id}\` ended (${status}: ${statusMessage}) before it ${what}. Its log tells what it did.`;
    return new EngineError('job-finished', message, { details: { run: run.id, status } });
}
