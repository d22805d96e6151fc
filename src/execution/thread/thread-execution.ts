import { MessageChannel } from 'node:worker_threads';
import { serializeError, type SerializedError } from '../../errors/serialize.js';
import { within } from '../../util/clock.js';
import { createExecution, prepareAssignment } from '../execution.js';
import { Channel, type ExitReport } from '../channel.js';
import { abandonThread, threadStateOf } from '../exit-hook.js';
import { watchThread, type ThreadWatch } from './watchdog-client.js';
import { hardLimitMbytes } from './thread-settings.js';
import type { ThreadAssignment } from '../../protocol/messages.js';
import type { AcquiredThread, TerminatedThread } from './thread-pool.js';
import type { Execution, ExitReason, ExecutionRequest } from '../../protocol/execution.js';
import type { ProgramExecutorOptions, ProgramToRun } from '../executor.js';

/** Milliseconds to wait for the error of a thread that closed its channel without an exit report. */
const LAST_ERROR_MILLIS = 1_000;

/** Runs a program in an acquired thread. */
export function executeInThread(
    acquire: (assignment: ThreadAssignment) => AcquiredThread,
    request: ExecutionRequest<ProgramToRun>,
    options: Pick<ProgramExecutorOptions, 'coverageDir'>,
): Execution {
    const { port1, port2 } = new MessageChannel();
    const { memoryMbytes, terminateTimeoutSecs, debug } = request;
    let watch: ThreadWatch | undefined;
    const isDebugged = debug !== undefined;
    const recordsCoverage = options.coverageDir !== undefined;
    const channel = new Channel(port1, request, (threadId) => {
        thread.hasStarted();
        watch = watchThread(threadId, isDebugged);
    });
    void channel.closed.then(() => watch?.stop());
    const limitBytes = memoryMbytes * 2 ** 20;
    const { assignment, removeTempFolder } = prepareAssignment(request, options);
    const thread = acquire({ ...assignment, port: port2, limitBytes, outputCounter: channel.backpressure.buffer });
    let terminated: TerminatedThread | undefined;
    return createExecution({
        channel,
        terminateTimeoutSecs,
        async stopGracefully() {
            if (watch === undefined) return;
            await stopThreadGracefully({ channel, watch, terminateTimeoutSecs, isDebugged, recordsCoverage });
        },
        terminate() {
            terminated = thread.release();
            // A port that was never transferred would stay open.
            port2.close();
        },
        async waitForExit(wasKilled) {
            const observed = await waitForEnd(channel, thread, wasKilled);
            return toThreadExitReason(observed, wasKilled(), hardLimitMbytes(memoryMbytes) * 2 ** 20);
        },
        cleanUp(exit) {
            watch?.stop();
            terminated ??= thread.release();
            if (exit.type === 'stuck' && terminated !== undefined) abandonThread(terminated, channel.children.kernelId);
            channel.close();
            removeTempFolder();
        },
    });
}

async function waitForEnd(channel: Channel, thread: AcquiredThread, wasKilled: () => boolean): Promise<ObservedEnd> {
    const failure = thread.failed.then((error) => ({ error: serializeError(error) }));
    const closing = channel.closed.then(async (report) => {
        // Like a container, a run ends with its child processes.
        await channel.children.kill();
        return { report };
    });
    const first = await Promise.race([closing, failure]);
    // The pool reports the error; the channel delivers the messages sent before it. They arrive in any order; wait for both.
    const second: Promise<ObservedEnd> = 'error' in first ? closing : failure;
    const isComplete = 'report' in first && (first.report.exitCode !== undefined || wasKilled());
    // Wait until the thread is free, so that the next run can use it.
    if (isComplete && thread.free !== undefined) await within(LAST_ERROR_MILLIS, thread.free);
    return isComplete ? first : { ...first, ...(await within(LAST_ERROR_MILLIS, second)) };
}

/** The exit report from the channel, and the error from the pool. */
interface ObservedEnd {
    report?: ExitReport;
    error?: SerializedError;
}

function toThreadExitReason({ report, error }: ObservedEnd, wasKilled: boolean, hardLimitBytes: number): ExitReason {
    if (report?.isOutOfMemory === true) {
        const { peakBytes, exceeded } = report;
        return { type: 'out-of-memory', peakBytes, ...(exceeded && { exceeded }) };
    }
    if (report?.exitCode !== undefined) return toExitReason(report.exitCode, report);
    if (wasKilled) return { type: 'killed' };
    if (error?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
        // Memory grew faster than it was probed; V8 reports only that its own limit was reached.
        return { type: 'out-of-memory', peakBytes: Math.max(hardLimitBytes, report?.peakBytes ?? 0) };
    }
    return { type: 'lost', error };
}

/** Returns the exit reason for an exit code reported by the Actor. */
export function toExitReason(exitCode: number, { crash, refusal }: ExitReport): ExitReason {
    return { type: 'exited', exitCode, ...(crash && { crash }), ...(refusal !== undefined && { refusal }) };
}

/** Milliseconds between two checks. A thread that is not busy receives the request to stop within this time. */
const POLL_MILLIS = 25;
/**
 * Time that a thread may take to reach a safe point: a maximum, and a share of the terminate timeout. After that, it is
 * terminated.
 */
const STOP_LIMITS = { maxMillis: 500, share: 0.25 };
/** The same for a thread that must write its coverage. */
const WRITE_LIMITS = { maxMillis: 4_000, share: 0.5 };
/** A thread that sleeps for this many checks in a row counts as stuck. */
const MAX_POLLS_ASLEEP = 10;

/** A thread to stop gracefully. */
interface StoppingThread {
    channel: Channel;
    watch: ThreadWatch;
    terminateTimeoutSecs: number;
    isDebugged: boolean;
    /** True if the thread must write its coverage. */
    recordsCoverage: boolean;
}

/** Stops a thread at a safe point. Resolves when it has ended, or after the maximum time. */
async function stopThreadGracefully(thread: StoppingThread): Promise<void> {
    const { channel, watch, terminateTimeoutSecs, isDebugged, recordsCoverage } = thread;
    const { maxMillis, share } = recordsCoverage ? WRITE_LIMITS : STOP_LIMITS;
    let isClosed = false;
    void channel.closed.then(() => {
        isClosed = true;
    });
    channel.requestStop();
    await within(POLL_MILLIS, channel.closed);
    // A sleeping thread is in a system call, where no probe reaches it, unless it is paused at a breakpoint.
    if (!recordsCoverage && !isDebugged && isAsleep(channel)) return;
    watch.stopThread();
    const polls = Math.min(maxMillis, terminateTimeoutSecs * 1000 * share) / POLL_MILLIS;
    let asleep = 0;
    for (let poll = 0; poll < polls && asleep < MAX_POLLS_ASLEEP && !isClosed; poll += 1) {
        asleep = !isDebugged && isAsleep(channel) ? asleep + 1 : 0;
        await within(POLL_MILLIS, channel.closed);
    }
}

function isAsleep({ children: { kernelId } }: Channel): boolean {
    return kernelId !== undefined && threadStateOf(kernelId) === 'S';
}
