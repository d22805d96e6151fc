import { setTimeout } from 'node:timers/promises';
import { EngineError } from '../errors/engine-error.js';
import { isTerminal, JOB_STATUSES, type JobStatus } from '../model/api/status.js';
import { plural } from '../util/plural.js';
import { checkOptions, checkWord, invalid, show } from '../util/check.js';
import { isTextPattern, matchesText, type TextPattern } from './matchers/matcher.js';
import type { RunHandle } from '../engine/run-handle.js';

/** A state of a run to wait for: one of these. */
export type Milestone =
    /** The default dataset has at least this number of items. */
    | { items: number }
    /** A line of the log, old or new, contains this text or matches this pattern. */
    | { log: string | RegExp }
    /** The run has this status. */
    | { status: JobStatus }
    /** The status message contains this text or matches this pattern. */
    | { statusMessage: string | RegExp };

/** Options of {@link until}. */
export interface UntilOptions {
    /** Cancels the wait, which then rejects with the reason of the signal. */
    signal?: AbortSignal;
}

/** A validated milestone. */
interface Condition {
    /** Description, as in "before it had 3 items". */
    description: string;
    /** Resolves to true if the milestone is reached before the run ends. Once the signal aborts, the result is ignored. */
    wait(signal: AbortSignal): Promise<boolean>;
}

/** Milliseconds between counts of the items: the thread of an Actor appends items without notifying the host. */
const POLL_MILLIS = 5;
const KEYS = ['items', 'log', 'status', 'statusMessage'];

/**
 * Waits until a run reaches a milestone. Returns immediately if it has already done so.
 *
 * @throws EngineError `job-finished` with the final status if the run ends first; `invalid-value`, `unknown-option`. The
 * reason of the signal when it aborts.
 *
 * @example
 * await until(run, { log: /page 2/ });
 * await run.migrate();
 */
export async function until(run: RunHandle, milestone: Milestone, options: UntilOptions = {}): Promise<void> {
    checkOptions('options', options, ['signal']);
    const condition = createCondition(run, milestone);
    const { signal } = options;
    signal?.throwIfAborted();
    const done = new AbortController();
    try {
        const isReached = await Promise.race([
            condition.wait(done.signal),
            ...(signal ? [rejectOnAbort(signal, done.signal)] : []),
        ]);
        if (!isReached) throw await createEndError(run, condition.description);
    } finally {
        done.abort();
    }
}

function createCondition(run: RunHandle, milestone: Milestone): Condition {
    checkOptions('milestone', milestone, KEYS);
    const keys = Object.keys(milestone ?? {});
    if (keys.length !== 1) {
        throw invalid(
            'milestone',
            milestone,
            `an object with exactly one of ${KEYS.join(', ')}`,
            'Call `until` once for each milestone.',
        );
    }
    if ('items' in milestone) return itemsCondition(run, milestone.items);
    if ('log' in milestone) return logCondition(run, milestone.log);
    if ('status' in milestone) {
        const { status } = milestone;
        checkWord('milestone.status', status, JOB_STATUSES);
        return recordCondition(run, `was ${status}`, () => run.status === status);
    }
    const { statusMessage } = milestone;
    checkPattern('milestone.statusMessage', statusMessage);
    const description = `had the status message ${showPattern(statusMessage)}`;
    return recordCondition(run, description, () => matchesText(run.statusMessage ?? '', statusMessage));
}

function itemsCondition(run: RunHandle, count: number): Condition {
    if (!Number.isInteger(count) || count < 1) throw invalid('milestone.items', count, 'a whole number, 1 or more');
    return {
        description: `had ${plural(count, 'item')}`,
        async wait(signal) {
            while (!signal.aborted) {
                // Read before counting, to not miss items pushed in between.
                const isLast = isTerminal(run.status);
                if (((await run.dataset.get())?.itemCount ?? 0) >= count) return true;
                if (isLast) break;
                await setTimeout(POLL_MILLIS);
            }
            return false;
        },
    };
}

function logCondition(run: RunHandle, pattern: TextPattern): Condition {
    checkPattern('milestone.log', pattern);
    return {
        description: `logged ${showPattern(pattern)}`,
        async wait(signal) {
            for await (const line of run.log) {
                if (signal.aborted) break;
                if (matchesText(line, pattern)) return true;
            }
            return false;
        },
    };
}

function recordCondition(run: RunHandle, description: string, isReached: () => boolean): Condition {
    return {
        description,
        wait: (signal) =>
            new Promise((resolve, reject) => {
                const check = (): void => {
                    if (isReached()) resolve(true);
                };
                const unsubscribers = [run.on('status-changed', check), run.on('status-message', check)];
                signal.addEventListener('abort', () => unsubscribers.forEach((unsubscribe) => unsubscribe()), {
                    once: true,
                });
                check();
                run.finished().then(() => resolve(isReached()), reject);
            }),
    };
}

function checkPattern(path: string, pattern: TextPattern): void {
    if (!isTextPattern(pattern) || pattern === '')
        throw invalid(path, pattern, 'a non-empty string or a regular expression');
}

function showPattern(pattern: TextPattern): string {
    return typeof pattern === 'string' ? show(pattern) : String(pattern);
}

function rejectOnAbort(signal: AbortSignal, done: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: done });
    });
}

async function createEndError(run: RunHandle, description: string): Promise<EngineError> {
    const { status, statusMessage = 'no status message' } = await run.info();
    const message = `Run \`${run.id}\` ended (${status}: ${statusMessage}) before it ${description}. See its log.`;
    return new EngineError('job-finished', message, { details: { run: run.id, status } });
}
