import { MessageChannel } from 'node:worker_threads';
import { serializeError, type SerializedError } from '../errors/serialize.js';
import { PROTOCOL_VERSION, type ThreadAssignment } from '../protocol/messages.js';
import { Channel, type LastWords } from './channel.js';
import { createExecution, within } from './execution.js';
import { makeTempFolder } from './temp-folder.js';
import { leaveAlone } from './host-exit.js';
import type { TerminatedThread } from './pool-thread.js';
import { watchThread } from './thread-watch.js';
import type { Watch } from './thread-lookout.js';
import { hardLimitMbytes } from './thread-settings.js';
import { stateOf } from './thread-state.js';
import type { Execution, ExecutionEnd, ExecutionRequest } from './executor.js';
import type { ProgramToRun } from './program-executor.js';

/** How long a thread that closed its channel without a word may take to say which error ended it. */
const LAST_ERROR_MILLIS = 1_000;

/** So soon a thread that is told to end comes to hear of it, unless it is busy. */
const TURN_MILLIS = 25;
/** How long it is tried to end a thread that is busy where it can be left; after that it is ended wherever it is. */
const MOST_END_MILLIS = 500;
/** But no longer than this share of the time that it has until it counts as stuck. */
const END_SHARE = 0.25;

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
): Execution {
    const { port1, port2 } = new MessageChannel();
    let watch: Watch | undefined;
    const channel = new Channel(port1, request, (threadId) => {
        thread.hasStarted();
        watch = watchThread(threadId);
    });
    void channel.closed.then(() => watch?.stop());
    const { memoryMbytes, foresight, terminateTimeoutSecs, childEnv, network, setupFiles } = request;
    const limitBytes = memoryMbytes * 2 ** 20;
    const { program } = request.runnable;
    // Only Actors with packages of their own are worth it: they are the ones that start browsers.
    const tempFolder = program.ownSdk && makeTempFolder();
    const env = { ...tempFolder?.variables, ...request.env };
    const thread = take({
        protocol: PROTOCOL_VERSION,
        port: port2,
        program,
        env,
        childEnv,
        network,
        setupFiles,
        limitBytes,
        foresight,
    });
    let terminated: TerminatedThread | undefined;
    return createExecution({
        channel,
        terminateTimeoutSecs,
        async letEnd() {
            if (watch === undefined) return;
            channel.end();
            await within(TURN_MILLIS, channel.closed);
            // One that is asleep is in a call into the system, and no look gets through to it.
            if (isAsleep(channel.children.kernelId)) return;
            watch.endThread();
            await within(Math.min(MOST_END_MILLIS, terminateTimeoutSecs * 1000 * END_SHARE), channel.closed);
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

function isAsleep(kernelId: number | undefined): boolean {
    return kernelId !== undefined && stateOf(kernelId) === 'S';
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
