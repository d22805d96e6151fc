import { INJECT_FAILURE } from '../run/faults/injected-failure.js';
import { checkOptions, checkText, checkWhole, invalid } from '../util/check.js';
import type { RunHandle } from '../engine/run-handle.js';
import type { Run } from '../model/api/run.js';

const MAX_EXIT_CODE = 255;

/** Options of a crash. */
export interface CrashOptions {
    /** Message of the uncaught error. Default: `Injected crash`. */
    message?: string;
    /** Exit code from 1 to 255. Default: 1. */
    exitCode?: number;
}

/**
 * Failures of a run on the platform that a test can trigger. Each method returns the run's record after the injection; wait
 * for the end with `run.finished()`.
 */
export interface Chaos {
    /**
     * Times the run out now, regardless of its timeout and clock: it is TIMING-OUT, the Actor receives the event `aborting`
     * and has the engine's `timeoutGraceSecs` to exit, then the run is TIMED-OUT.
     *
     * @throws EngineError `job-finished` unless the run is RUNNING.
     */
    timeout(): Promise<Run>;
    /**
     * Kills the Actor as if it had exceeded its memory limit: the run is FAILED with exit code 137, and its status message
     * names the limit as the peak. The Actor receives no event. With `restartOnError` it restarts.
     *
     * @throws EngineError `job-finished` unless the Actor is running.
     */
    oom(): Promise<Run>;
    /**
     * Kills the thread or process of the Actor as if by an uncaught error: the run is FAILED, or the Actor restarts with
     * `restartOnError`. The Actor receives no event. An inline Actor cannot be stopped and continues unobserved.
     *
     * @throws EngineError `job-finished` unless the Actor is running; `unknown-option`, `invalid-value`.
     */
    crash(options?: CrashOptions): Promise<Run>;
}

/**
 * Injects failures into a run that otherwise occur by chance. `abort()`, `migrate()` and `reboot()` are methods of the run.
 *
 * @example
 * const run = await engine.start('crawler', input);
 * await until(run, { items: 3 });
 * await chaos(run).oom();
 * expect((await run.finished()).exitCode).toBe(137);
 */
export function chaos(run: RunHandle): Chaos {
    if (typeof run?.[INJECT_FAILURE] !== 'function') {
        throw invalid(
            'run',
            run,
            'a run, as returned by `engine.start()`',
            'Find a run by its id with `engine.run(id)`.',
        );
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
