import { MessageChannel } from 'node:worker_threads';
import { serializeError, type SerializedError } from '../errors/serialize.js';
import type { ThreadAssignment } from '../protocol/messages.js';
import { assignmentOf } from './assignment.js';
import { Channel, type LastWords } from './channel.js';
import { createExecution, within } from './execution.js';
import { letThreadEnd } from './let-thread-end.js';
import { makeTempFolder } from './temp-folder.js';
import { leaveAlone } from './host-exit.js';
import type { TerminatedThread } from './pool-thread.js';
import { watchThread } from './thread-watch.js';
import type { Watch } from './thread-lookout.js';
import { hardLimitMbytes } from './thread-settings.js';
import type { Execution, ExecutionEnd, ExecutionRequest } from './executor.js';
import type { ProgramExecutorOptions, ProgramToRun } from './program-executor.js';

/** How long a thread that closed its channel without a word may take to say which error ended it. */
const LAST_ERROR_MILLIS = 1_000;

/** The exit code of an Actor whose function has thrown. Source: `EXIT_CODES` of the platform's SDK. */
const FUNCTION_THREW = 91;

/** A thread at work. */
export interface TakenThread {
    /** Terminates the thread, or lets go of it if it has ended its work by itself; hands it out if it is terminated. */
    release(): TerminatedThread | undefined;
    /** To be called when the thread has taken its assignment. */
    hasStarted(): void;
    /** Settles with the error that ended the thread or kept it from starting; else may never settle. */
    readonly failed: Promise<unknown>;
    /** Settles when the thread can be used again, for those that can. */
    readonly free?: Promise<void>;
}

/** Runs a program in a thread that is taken for it. */
export function executeInThread(
    take: (assignment: ThreadAssignment) => TakenThread,
    request: ExecutionRequest & { runnable: ProgramToRun },
    options: Pick<ProgramExecutorOptions, 'coverageDir'>,
): Execution {
    const { port1, port2 } = new MessageChannel();
    const { memoryMbytes, terminateTimeoutSecs, debug } = request;
    let watch: Watch | undefined;
    const isDebugged = debug !== undefined;
    const isCovered = options.coverageDir !== undefined;
    const channel = new Channel(port1, request, (threadId) => {
        thread.hasStarted();
        watch = watchThread(threadId, isDebugged);
    });
    void channel.closed.then(() => watch?.stop());
    const limitBytes = memoryMbytes * 2 ** 20;
    const { program } = request.runnable;
    // Only Actors with packages of their own are worth it: they are the ones that start browsers.
    const tempFolder = program.ownSdk && makeTempFolder();
    const env = { ...tempFolder?.variables, ...request.env };
    const { outputUnderWay } = channel;
    const thread = take({ ...assignmentOf(request, env, options), port: port2, limitBytes, outputUnderWay });
    let terminated: TerminatedThread | undefined;
    return createExecution({
        channel,
        terminateTimeoutSecs,
        async letEnd() {
            if (watch !== undefined)
                await letThreadEnd({ channel, watch, terminateTimeoutSecs, isDebugged, isCovered });
        },
        end() {
            terminated = thread.release();
            // A port that was never handed over would stay open for ever.
            port2.close();
        },
        async observe(wasKilled) {
            const seen = await watchEnd(channel, thread, wasKilled);
            return describe(seen, wasKilled(), hardLimitMbytes(memoryMbytes) * 2 ** 20);
        },
        cleanUp(end) {
            watch?.stop();
            terminated ??= thread.release();
            if (end.type === 'stuck' && terminated !== undefined) leaveAlone(terminated, channel.children.kernelId);
            channel.close();
            void tempFolder?.remove();
        },
    });
}

async function watchEnd(channel: Channel, thread: TakenThread, wasKilled: () => boolean): Promise<Seen> {
    const failure = thread.failed.then((error) => ({ error: serializeError(error) }));
    const closing = channel.closed.then(async (lastWords) => {
        // As a container does, the run takes with it what it has started.
        await channel.children.kill();
        return { lastWords };
    });
    const first = await Promise.race([closing, failure]);
    // An error is told by the pool, what the Actor sent before it by the channel: take in both, in whatever order.
    const second: Promise<Seen> = 'error' in first ? closing : failure;
    const isPlain = 'lastWords' in first && (first.lastWords.exitCode !== undefined || wasKilled());
    // The next run had better find it free.
    if (isPlain && thread.free !== undefined) await within(LAST_ERROR_MILLIS, thread.free);
    return isPlain ? first : { ...first, ...(await within(LAST_ERROR_MILLIS, second)) };
}

/** What can be seen of an end. */
interface Seen {
    lastWords?: LastWords;
    error?: SerializedError;
}

function describe({ lastWords, error }: Seen, wasKilled: boolean, hardLimitBytes: number): ExecutionEnd {
    if (lastWords?.isOutOfMemory === true) return { type: 'out-of-memory', peakBytes: lastWords.peakBytes };
    if (lastWords?.exitCode !== undefined) return exited(lastWords.exitCode, lastWords);
    if (wasKilled) return { type: 'killed' };
    if (error?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
        // Faster than it was looked at; V8 tells only that its own limit was reached.
        return { type: 'out-of-memory', peakBytes: Math.max(hardLimitBytes, lastWords?.peakBytes ?? 0) };
    }
    return { type: 'lost', error };
}

/** An end that the Actor itself has told of; but what it has left undone is an error of its function. */
export function exited(exitCode: number, { crash, lost }: LastWords): ExecutionEnd {
    if (lost !== undefined)
        return { type: 'exited', exitCode: FUNCTION_THREW, crash: { phase: 'running', error: lost } };
    return crash === undefined ? { type: 'exited', exitCode } : { type: 'exited', exitCode, crash };
}
