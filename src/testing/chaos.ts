import { INJECT_FAILURE } from '../run/faults/injected-failure.js';
import { checkOptions, checkText, checkWhole, invalid } from '../util/check.js';
import type { RunHandle } from '../engine/run-handle.js';
import type { Run } from '../model/api/run.js';

const MAX_EXIT_CODE = 255;

/** How an Actor is to crash. */
export interface CrashOptions {
    /** Message of the uncaught error. Default: `Injected crash`. */
    message?: string;
    /** 1 to 255. Default: 1. */
    exitCode?: number;
}

/**
 * What can befall a run on the platform, at the moment that a test chooses. Each settles with the record as it is then; wait
 * for the end with `run.finished()`.
 */
export interface Chaos {
    /**
     * The deadline of the run is now, whatever its timeout and its clock say: it is TIMING-OUT, the Actor hears `aborting` and
     * has `timeoutGraceSecs` to end, and the run ends TIMED-OUT.
     *
     * @throws EngineError `job-finished` unless the run is RUNNING.
     */
    timeout(): Promise<Run>;
    /**
     * The run ends at once as one that used more memory than it may: FAILED, exit code 137, with its limit as the peak in its
     * message. The Actor gets no say; with `restartOnError` it starts anew.
     *
     * @throws EngineError `job-finished` unless the Actor is at work.
     */
    oom(): Promise<Run>;
    /**
     * The thread or process of the Actor dies at once as by an error that nothing catches: FAILED, or restarted with
     * `restartOnError`. The Actor gets no say. One that runs inline cannot be stopped, only left.
     *
     * @throws EngineError `job-finished` unless the Actor is at work; `unknown-option`, `invalid-value`.
     */
    crash(options?: CrashOptions): Promise<Run>;
}

/**
 * Does to a run what else only bad luck does. `abort()`, `migrate()` and `reboot()` are there on the run itself.
 *
 * @example
 * const run = await engine.start('crawler', input);
 * await until(run, { items: 3 });
 * await chaos(run).oom();
 * expect((await run.finished()).exitCode).toBe(137);
 */
export function chaos(run: RunHandle): Chaos {
    if (typeof run?.[INJECT_FAILURE] !== 'function') {
        throw invalid('run', run, 'a run, as `engine.start()` returns it', 'Find one by its id with `engine.run(id)`.');
    }
    return {
        timeout: () => run[INJECT_FAILURE]({ type: 'timeout' }),
        oom: () => run[INJECT_FAILURE]({ type: 'oom' }),
        async crash(options) {
            checkOptions('options', options, ['message', 'exitCode']);
            checkText('options.message', options?.message);
            checkWhole('options.exitCode', options?.exitCode, 1, MAX_EXIT_CODE);
            return run[INJECT_FAILURE]({ type: 'crash', ...options });
        },
    };
}
