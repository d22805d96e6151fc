import { assertNever } from '../util/assert-never.js';
import { checkOptions, checkText, checkWhole } from '../util/check.js';
import type { ExecutionEnd } from '../executor/executor.js';
import type { JobStatus } from '../model/status.js';

/** What a test does to a run, which else its time, its memory or its own code would do. */
export type Blow =
    /** Its time is over. */
    | { type: 'timeout' }
    /** It uses more memory than it may. */
    | { type: 'oom' }
    /** Its code fails where nothing catches it. */
    | { type: 'crash'; message?: string; exitCode?: number };

/** Under this name a `RunHandle` takes blows. It is a symbol, for they are for tests alone. */
export const STRIKE: unique symbol = Symbol.for('greenroom.strike') as never;

/** In which statuses a blow finds something that it can happen to, and what is said where it does not. */
const TARGETS: Readonly<Record<Blow['type'], { statuses: readonly JobStatus[]; what: string }>> = {
    timeout: { statuses: ['RUNNING'], what: 'time out' },
    oom: { statuses: ['RUNNING', 'TIMING-OUT', 'ABORTING'], what: 'run out of memory' },
    crash: { statuses: ['RUNNING', 'TIMING-OUT', 'ABORTING'], what: 'crash' },
};

/** As of a process whose code has thrown. */
const CRASH_EXIT_CODE = 1;
const CRASH_MESSAGE = 'The Actor has been made to crash';
const MAX_EXIT_CODE = 255;

/**
 * @param options - Of the crash.
 * @throws EngineError `unknown-option` or `invalid-value`.
 */
export function checkCrash(options: { message?: string; exitCode?: number } | undefined): void {
    checkOptions('options', options, ['message', 'exitCode']);
    checkText('options.message', options?.message);
    checkWhole('options.exitCode', options?.exitCode, 1, MAX_EXIT_CODE);
}

/** What a blow cannot do to a run with this status, as in "only a run that is RUNNING can time out"; else undefined. */
export function missOf({ type }: Blow, status: JobStatus): string | undefined {
    const { statuses, what } = TARGETS[type];
    return statuses.includes(status) ? undefined : what;
}

/** How the Actor of a blow ends that ends it; undefined for one that it may answer. */
export function endBy(blow: Blow, memoryMbytes: number): ExecutionEnd | undefined {
    switch (blow.type) {
        case 'timeout':
            return undefined;
        case 'oom':
            return { type: 'out-of-memory', peakBytes: memoryMbytes * 2 ** 20 };
        case 'crash': {
            const { message = CRASH_MESSAGE, exitCode = CRASH_EXIT_CODE } = blow;
            return { type: 'exited', exitCode, crash: { phase: 'running', error: { name: 'Error', message } } };
        }
        default:
            return assertNever(blow);
    }
}
