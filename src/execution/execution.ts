import { clearInterval, setImmediate, setInterval } from 'node:timers';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, within } from '../util/clock.js';
import { killOnExit } from './exit-hook.js';
import { PROTOCOL_VERSION, type Assignment } from '../protocol/messages.js';
import type { Channel } from './channel.js';
import type { Execution, ExitReason, ExecutionRequest } from '../protocol/execution.js';
import type { ProgramExecutorOptions, ProgramToRun } from './executor.js';

/** Milliseconds between attempts to kill child processes that block a thread under termination. */
const CHILD_KILL_INTERVAL_MILLIS = 50;

const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/** Dependencies of {@link createExecution}: the channel, and the operations on the thread or process. */
export interface ExecutionDependencies {
    channel: Channel;
    /** Seconds that a kill may take until the execution counts as stuck. */
    terminateTimeoutSecs: number;
    /** Stops the Actor gracefully, if supported. Resolves when it has ended, or after a maximum time. */
    stopGracefully?: () => Promise<void>;
    terminate: () => void;
    waitForExit: (wasKilled: () => boolean) => Promise<ExitReason>;
    cleanUp: (exit: ExitReason) => void;
}

/** Creates an execution that can be killed and always ends. */
export function createExecution(dependencies: ExecutionDependencies): Execution {
    const { channel, terminateTimeoutSecs, stopGracefully, terminate, waitForExit, cleanUp } = dependencies;
    let killed = false;
    let hasEnded = false;
    let endAsStuck: (exit: ExitReason) => void = () => {};
    const stuck = new Promise<ExitReason>((resolve) => {
        endAsStuck = resolve;
    });
    const ended = Promise.race([stuck, waitForExit(() => killed)]);
    const { children } = channel;
    // A thread or process may end without its last message, and then nothing else keeps the host alive until the run has ended.
    const keepAlive = setInterval(() => {}, MAX_TIMER_MILLIS);
    const removeExitHook = killOnExit({
        terminate: () => {
            terminate();
            children.killSync();
        },
        kernelId: () => children.kernelId,
    });
    void ended.then((exit) => {
        hasEnded = true;
        clearInterval(keepAlive);
        removeExitHook();
        // Deferred, because it may start a spare: callers that wait for this run come first.
        setImmediate(() => cleanUp(exit));
    });
    const endWithChildren = async (): Promise<void> => {
        // A thread blocked by a child process receives no messages; terminate it first so that it starts no more processes.
        if (children.blockingChildren().length === 0) {
            await children.killAndNotify();
            await stopGracefully?.();
        }
        terminate();
        while (!hasEnded) {
            await children.killBlockingChildren();
            await within(CHILD_KILL_INTERVAL_MILLIS, ended);
        }
    };
    return {
        ended,
        send: (event) => channel.send(event),
        kill() {
            if (killed) return;
            killed = true;
            void endWithChildren();
            // Real time, not the engine's clock: it measures a real thread.
            const cancel = systemClock.after(terminateTimeoutSecs * 1000, () => endAsStuck({ type: 'stuck' }));
            void ended.then(cancel);
        },
    };
}

/** The assignment of a thread or process, and a function that removes its temporary folder. */
interface PreparedAssignment {
    /** The executor adds the memory limit. */
    assignment: Assignment;
    removeTempFolder: () => void;
}

/**
 * Prepares the assignment of a run. Only Actors with their own SDK get a temporary folder: they may start browsers, which leave
 * profiles behind when they are killed.
 */
export function prepareAssignment(
    request: ExecutionRequest<ProgramToRun>,
    { coverageDir: directory }: Pick<ProgramExecutorOptions, 'coverageDir'>,
): PreparedAssignment {
    const { runId, runnable, launch, env, childEnv, network, setupFiles, input, retries, debug } = request;
    const { program } = runnable;
    const folder = program.ownSdk && makeTempFolder();
    const temp: Record<string, string> = folder === undefined ? {} : { TMPDIR: folder, TEMP: folder, TMP: folder };
    // One text is faster to send than many.
    const hostVariables = Object.keys(process.env).join('\n');
    const passedOn = { launch, hostVariables, childEnv, network, setupFiles, input, retries, debug };
    const coverage = directory === undefined ? {} : { coverage: { directory, runId } };
    return {
        assignment: { protocol: PROTOCOL_VERSION, program, env: { ...temp, ...env }, ...passedOn, ...coverage },
        removeTempFolder() {
            if (folder === undefined) return;
            void rm(folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => {});
        },
    };
}

/**
 * Creates a temporary folder with a short path, because the length of socket paths is limited. Undefined if it cannot be
 * created: the run uses the system's folder.
 */
function makeTempFolder(): string | undefined {
    try {
        return mkdtempSync(join(tmpdir(), 'gr-run-'));
    } catch {
        return undefined;
    }
}
