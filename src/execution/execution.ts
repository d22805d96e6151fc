import { setImmediate } from 'node:timers';
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

/** A thread may begin to wait for a process while it is being ended; so often it is looked for. */
const SWEEP_MILLIS = 50;

/** What an execution in a thread or process of its own is made of. */
export interface ExecutionDependencies {
    channel: Channel;
    /** How long a kill may take until the execution counts as stuck. */
    terminateTimeoutSecs: number;
    /** Lets it end by itself, if it can be left so; settles when it has, or when it has been waited for in vain. */
    letEnd?: () => Promise<void>;
    end: () => void;
    observe: (wasKilled: () => boolean) => Promise<ExitReason>;
    cleanUp: (end: ExitReason) => void;
}

/** An execution that can be told things, can be killed, and ends in any case. */
export function createExecution(parts: ExecutionDependencies): Execution {
    const { channel, terminateTimeoutSecs, letEnd, end, observe, cleanUp } = parts;
    let killed = false;
    let isOver = false;
    let giveUp: (end: ExitReason) => void = () => {};
    const stuck = new Promise<ExitReason>((resolve) => {
        giveUp = resolve;
    });
    const ended = Promise.race([stuck, observe(() => killed)]);
    const { children } = channel;
    const forgetAtExit = killOnExit({
        end() {
            end();
            children.killAtOnce();
        },
        kernelId: () => children.kernelId,
    });
    void ended.then((how) => {
        isOver = true;
        forgetAtExit();
        // Later, because it may start a spare: whoever waits for this run comes first.
        setImmediate(() => cleanUp(how));
    });
    const endWithChildren = async (): Promise<void> => {
        // A thread that waits for a process hears of nothing, and is ended first so that it starts no other one.
        if (children.waitedFor().length === 0) {
            await children.killWithNotice();
            await letEnd?.();
        }
        end();
        while (!isOver) {
            await children.killWaitedFor();
            await within(SWEEP_MILLIS, ended);
        }
    };
    return {
        ended,
        send: (event) => channel.send(event),
        kill() {
            if (killed) return;
            killed = true;
            void endWithChildren();
            // Real time, whatever clock the engine has: it measures a real thread, not the life of a run.
            const cancel = systemClock.after(terminateTimeoutSecs * 1000, () => giveUp({ type: 'stuck' }));
            void ended.then(cancel);
        },
    };
}

/** What a thread or process is handed to become that of one run, and what removes its temporary folder. */
interface Prepared {
    /** But for its memory limit. */
    assignment: Assignment;
    removeTempFolder: () => void;
}

/**
 * Prepares what a run is started with. Only Actors with packages of their own get a temporary folder: they are the ones that start
 * browsers, which leave whole profiles when they are killed.
 */
export function prepare(
    request: ExecutionRequest<ProgramToRun>,
    { coverageDir: directory }: Pick<ProgramExecutorOptions, 'coverageDir'>,
): Prepared {
    const { runId, runnable, env, childEnv, network, setupFiles, input, retries, debug } = request;
    const { program } = runnable;
    const folder = program.ownSdk && makeTempFolder();
    const temp: Record<string, string> = folder === undefined ? {} : { TMPDIR: folder, TEMP: folder, TMP: folder };
    const given = { childEnv, network, setupFiles, input, retries, debug };
    const coverage = directory === undefined ? {} : { coverage: { directory, runId } };
    return {
        assignment: { protocol: PROTOCOL_VERSION, program, env: { ...temp, ...env }, ...given, ...coverage },
        removeTempFolder() {
            if (folder === undefined) return;
            void rm(folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => {});
        },
    };
}

/** Short, because paths of sockets in it have to be. Undefined where the disk does not take it: the run shares the machine's. */
function makeTempFolder(): string | undefined {
    try {
        return mkdtempSync(join(tmpdir(), 'gr-run-'));
    } catch {
        return undefined;
    }
}
