import { setImmediate } from 'node:timers';
import { MessageChannel } from 'node:worker_threads';
import { serializeError, type SerializedError } from '../errors/serialize.js';
import { PROTOCOL_VERSION } from '../protocol/messages.js';
import { systemClock } from '../util/clock.js';
import { Channel, type LastWords } from './channel.js';
import { takeThread, warmThreads, type SpareKind, type TakenThread } from './thread-pools.js';
import type { Execution, ExecutionEnd, ExecutionRequest, Executor, Warming } from './executor.js';

/** How long a thread that closed its channel without a word may take to say which error ended it. */
const LAST_ERROR_MILLIS = 1_000;

/** What the executor for isolated threads can be told. */
export interface IsolatedThreadsOptions {
    /** Location of the built worker file, for bundled apps. */
    workerUrl: string;
    /** How many spares to keep ready for each kind of Actor. */
    prewarm: number;
}

/** Runs each Actor in a fresh thread of its own, handed over from a spare that is already up. */
export function createIsolatedThreads(options: IsolatedThreadsOptions): Executor {
    const kindOf = (request: Warming): SpareKind => ({
        workerUrl: options.workerUrl,
        memoryMbytes: request.memoryMbytes,
        preload: request.preload,
        sdkHooks: request.program.needsSdkHooks,
        spares: options.prewarm,
    });
    return {
        isolation: 'thread',
        execute: (request) => execute(kindOf(request), request),
        warm: (request) => warmThreads(kindOf(request)),
        // Spares belong to the process: another engine may be about to use them.
        close: async () => {},
    };
}

function execute(kind: SpareKind, request: ExecutionRequest): Execution {
    const { port1, port2 } = new MessageChannel();
    const channel = new Channel(port1, request.host, () => thread.hasStarted());
    const thread = takeThread(
        kind,
        { protocol: PROTOCOL_VERSION, port: port2, program: request.program, env: request.env },
        [port2],
    );
    let killed = false;
    let giveUp: (end: ExecutionEnd) => void = () => {};
    const stuck = new Promise<ExecutionEnd>((resolve) => {
        giveUp = resolve;
    });
    const ended = Promise.race([stuck, endOf(channel, thread, () => killed)]);
    void ended.then(() => {
        // Later, because it starts the next spare: whoever waits for this run comes first.
        setImmediate(() => {
            thread.release();
            channel.close();
        });
    });
    return {
        ended,
        send: (event) => channel.send(event),
        kill() {
            if (killed) return;
            killed = true;
            thread.release();
            // A port that was never handed over would stay open for ever.
            port2.close();
            // Real time, whatever clock the engine has: it measures a real thread, not the life of a run.
            const cancel = systemClock.after(request.terminateTimeoutSecs * 1000, () => giveUp({ type: 'stuck' }));
            void channel.closed.then(cancel);
        },
    };
}

async function endOf(channel: Channel, thread: TakenThread, wasKilled: () => boolean): Promise<ExecutionEnd> {
    const failure = thread.failed.then((error) => ({ error: serializeError(error) }));
    const closing = channel.closed.then((lastWords) => ({ lastWords }));
    const first = await Promise.race([closing, failure]);
    // An error is told by the pool, what the Actor sent before it by the channel: take in both, in whatever order.
    const second: Promise<Seen> = 'error' in first ? closing : failure;
    const isPlain = 'lastWords' in first && (first.lastWords.exitCode !== undefined || wasKilled());
    const both = isPlain ? first : { ...first, ...(await within(LAST_ERROR_MILLIS, second)) };
    return describe(both, wasKilled());
}

/** What can be seen of an end. */
interface Seen {
    lastWords?: LastWords;
    error?: SerializedError;
}

function describe({ lastWords, error }: Seen, wasKilled: boolean): ExecutionEnd {
    if (lastWords?.exitCode !== undefined) return exited(lastWords.exitCode, lastWords);
    if (wasKilled) return { type: 'killed' };
    if (error?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
        return { type: 'out-of-memory', peakBytes: lastWords?.peakBytes ?? 0 };
    }
    return { type: 'lost', error };
}

function exited(exitCode: number, { crash }: LastWords): ExecutionEnd {
    return crash === undefined ? { type: 'exited', exitCode } : { type: 'exited', exitCode, crash };
}

/** What a promise settles with, or nothing if it takes too long. */
function within<T>(millis: number, work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve) => {
        const cancel = systemClock.after(millis, () => resolve(undefined));
        void work.then((value) => {
            cancel();
            resolve(value);
        });
    });
}
