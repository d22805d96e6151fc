import type { RunEvent } from '../status-machine.js';

/** A failure that a test injects into a run, in place of its clock, its memory or its own code. */
export type InjectedFailure =
    /** Its time is over. */
    | { type: 'timeout' }
    /** It uses more memory than it may. */
    | { type: 'oom' }
    /** Its code throws an error that nothing catches. */
    | { type: 'crash'; message?: string; exitCode?: number };

/** The key of the method of a `RunHandle` that injects failures. A symbol, because it is for tests only. */
export const INJECT_FAILURE: unique symbol = Symbol.for('greenroom.inject-failure') as never;

/** As in "only a run that is RUNNING can time out". */
export const FAILURE_VERBS: Readonly<Record<InjectedFailure['type'], string>> = {
    timeout: 'time out',
    oom: 'run out of memory',
    crash: 'crash',
};

/** As of a process whose code has thrown. */
const CRASH_EXIT_CODE = 1;
const CRASH_MESSAGE = 'The Actor has been made to crash';

/** Returns the event that a failure is for a run with so much memory. */
export function toRunEvent(failure: InjectedFailure, memoryMbytes: number): RunEvent {
    if (failure.type === 'timeout') return { type: 'deadline-passed' };
    if (failure.type === 'oom') {
        return { type: 'fail', exit: { type: 'out-of-memory', peakBytes: memoryMbytes * 2 ** 20 } };
    }
    const { message = CRASH_MESSAGE, exitCode = CRASH_EXIT_CODE } = failure;
    const error = { name: 'Error', message };
    return { type: 'fail', exit: { type: 'exited', exitCode, crash: { phase: 'running', error } } };
}
