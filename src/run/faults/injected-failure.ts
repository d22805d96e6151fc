import type { RunEvent } from '../status-machine.js';

/** A failure that a test injects into a run. */
export type InjectedFailure =
    /** The run exceeds its timeout. */
    | { type: 'timeout' }
    /** The Actor exceeds its memory limit. */
    | { type: 'oom' }
    /** The Actor throws an uncaught error. */
    | { type: 'crash'; message?: string; exitCode?: number };

/** The key of the `RunHandle` method that injects failures. A symbol, because it is for tests only. */
export const INJECT_FAILURE: unique symbol = Symbol.for('greenroom.inject-failure') as never;

/** Verbs of failures, as in "only a run that is RUNNING can time out". */
export const FAILURE_VERBS: Readonly<Record<InjectedFailure['type'], string>> = {
    timeout: 'time out',
    oom: 'run out of memory',
    crash: 'crash',
};

/** The exit code of a Node process after an uncaught error. */
const CRASH_EXIT_CODE = 1;
const CRASH_MESSAGE = 'Injected crash';

/** Returns the event that injects a failure into a run with this much memory. */
export function toRunEvent(failure: InjectedFailure, memoryMbytes: number): RunEvent {
    if (failure.type === 'timeout') return { type: 'deadline-passed' };
    if (failure.type === 'oom') {
        return { type: 'fail', exit: { type: 'out-of-memory', peakBytes: memoryMbytes * 2 ** 20 } };
    }
    const { message = CRASH_MESSAGE, exitCode = CRASH_EXIT_CODE } = failure;
    const error = { name: 'Error', message };
    return { type: 'fail', exit: { type: 'exited', exitCode, crash: { phase: 'running', error } } };
}
