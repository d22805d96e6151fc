import type { AcquiredThread } from './thread-pool.js';
import { MessageChannel } from 'node:worker_threads';
import { serializeError, type SerializedError } from '../../errors/serialize.js';
import { within } from '../../util/clock.js';
import { createExecution, prepare } from '../execution.js';
import { Channel, type ExitReport } from '../channel.js';
import { abandonThread, threadStateOf } from '../exit-hook.js';
import { watchThread, type ThreadWatch } from './watchdog-client.js';
import { hardLimitMbytes } from './thread-settings.js';
import type { ThreadAssignment } from '../../protocol/messages.js';
import type { TerminatedThread } from './thread-pool.js';
import type { Execution, ExitReason, ExecutionRequest } from '../../protocol/execution.js';
import type { ProgramExecutorOptions, ProgramToRun } from '../executor.js';

/** How long a thread that closed its channel without a word may take to say which error ended it. */
const LAST_ERROR_MILLIS = 1_000;

/** Runs a program in a thread that is taken for it. */
export function executeInThread(
    take: (assignment: ThreadAssignment) => AcquiredThread,
    request: ExecutionRequest<ProgramToRun>,
    options: Pick<ProgramExecutorOptions, 'coverageDir'>,
): Execution {
    const { port1, port2 } = new MessageChannel();
    const { memoryMbytes, terminateTimeoutSecs, debug } = request;
    let watch: ThreadWatch | undefined;
    const isDebugged = debug !== undefined;
    const isCovered = options.coverageDir !== undefined;
    const channel = new Channel(port1, request, (threadId) => {
        thread.hasStarted();
        watch = watchThread(threadId, isDebugged);
    });
    void channel.closed.then(() => watch?.stop());
    const limitBytes = memoryMbytes * 2 ** 20;
    const { assignment, removeTempFolder } = prepare(request, options);
    const thread = take({ ...assignment, port: port2, limitBytes, outputCounter: channel.gate.buffer });
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
            if (end.type === 'stuck' && terminated !== undefined) abandonThread(terminated, channel.children.kernelId);
            channel.close();
            removeTempFolder();
        },
    });
}

async function watchEnd(channel: Channel, thread: AcquiredThread, wasKilled: () => boolean): Promise<Seen> {
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

interface Seen {
    lastWords?: ExitReport;
    error?: SerializedError;
}

function describe({ lastWords, error }: Seen, wasKilled: boolean, hardLimitBytes: number): ExitReason {
    if (lastWords?.isOutOfMemory === true) return { type: 'out-of-memory', peakBytes: lastWords.peakBytes };
    if (lastWords?.exitCode !== undefined) return toExitReason(lastWords.exitCode, lastWords);
    if (wasKilled) return { type: 'killed' };
    if (error?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
        // Faster than it was looked at; V8 tells only that its own limit was reached.
        return { type: 'out-of-memory', peakBytes: Math.max(hardLimitBytes, lastWords?.peakBytes ?? 0) };
    }
    return { type: 'lost', error };
}

/** An end that the Actor itself has reported. */
export function toExitReason(exitCode: number, { crash }: ExitReport): ExitReason {
    return crash === undefined ? { type: 'exited', exitCode } : { type: 'exited', exitCode, crash };
}

/** Time between two checks. A thread that is not busy receives the request to end within this time. */
const TURN_MILLIS = 25;
/**
 * How long a thread may take to reach a point where it can be ended: a maximum, and a share of the time until it counts as stuck. After
 * that, it is terminated.
 */
const END_LIMITS = { mostMillis: 500, share: 0.25 };
/** The same for a thread that has to write its coverage. */
const WRITE_LIMITS = { mostMillis: 4_000, share: 0.5 };
/** A thread that is asleep for this many checks in a row counts as stuck. */
const MOST_TURNS_ASLEEP = 10;

/** A thread that is to end by itself. */
interface EndingThread {
    channel: Channel;
    watch: ThreadWatch;
    terminateTimeoutSecs: number;
    isDebugged: boolean;
    /** Whether it has to write down what it has covered. */
    isCovered: boolean;
}

/** Lets a thread end where it can be left; settles when it has, or when it has been waited for in vain. */
async function letThreadEnd(thread: EndingThread): Promise<void> {
    const { channel, watch, terminateTimeoutSecs, isDebugged, isCovered } = thread;
    const { mostMillis, share } = isCovered ? WRITE_LIMITS : END_LIMITS;
    let isClosed = false;
    void channel.closed.then(() => {
        isClosed = true;
    });
    channel.end();
    await within(TURN_MILLIS, channel.closed);
    // One that is asleep is in a call into the system, and no look gets through to it; unless it is at a breakpoint.
    if (!isCovered && !isDebugged && isAsleep(channel)) return;
    watch.endThread();
    const turns = Math.min(mostMillis, terminateTimeoutSecs * 1000 * share) / TURN_MILLIS;
    let asleep = 0;
    for (let turn = 0; turn < turns && asleep < MOST_TURNS_ASLEEP && !isClosed; turn += 1) {
        asleep = !isDebugged && isAsleep(channel) ? asleep + 1 : 0;
        await within(TURN_MILLIS, channel.closed);
    }
}

function isAsleep({ children: { kernelId } }: Channel): boolean {
    return kernelId !== undefined && threadStateOf(kernelId) === 'S';
}
