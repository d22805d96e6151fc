import { setImmediate } from 'node:timers';
import { MessageChannel } from 'node:worker_threads';
import { serializeError, type SerializedError } from '../errors/serialize.js';
import { PROTOCOL_VERSION, type Program, type Runnable } from '../protocol/messages.js';
import type { NetworkPolicy } from '../protocol/network.js';
import { systemClock } from '../util/clock.js';
import { Channel, type LastWords } from './channel.js';
import { executeFunction } from './inline-function.js';
import { makeTempFolder } from './temp-folder.js';
import { takeThread, warmThreads, type SpareKind, type TakenThread } from './thread-pools.js';
import type { Execution, ExecutionEnd, ExecutionRequest, Executor } from './executor.js';

/** How long a thread that closed its channel without a word may take to say which error ended it. */
const LAST_ERROR_MILLIS = 1_000;

/** What the executor for isolated threads can be told. */
export interface IsolatedThreadsOptions {
    /** Location of the built worker file, for bundled apps. */
    workerUrl: string;
    /** Location of the built module that runs functions in the host's own thread. */
    inlineUrl: string;
    network: NetworkPolicy;
    /** How many spares to keep ready for each kind of Actor. */
    prewarm: number;
}

type ProgramToRun = Extract<Runnable, { type: 'program' }>;

/** Runs each Actor in a fresh thread of its own, handed over from a spare that is already up; functions in the host's. */
export function createIsolatedThreads(options: IsolatedThreadsOptions): Executor {
    const kindOf = ({ program, preload, compileCache }: ProgramToRun, memoryMbytes: number): SpareKind => ({
        workerUrl: options.workerUrl,
        memoryMbytes,
        preload,
        compileCache,
        ownSdk: program.ownSdk,
        sdkHooks: program.needsSdkHooks,
        spares: options.prewarm,
    });
    return {
        isolation: 'thread',
        execute(request) {
            const { runnable, memoryMbytes } = request;
            if (runnable.type === 'function') return executeFunction(options.inlineUrl, runnable.run, request);
            return execute(kindOf(runnable, memoryMbytes), { ...request, program: runnable.program }, options);
        },
        warm({ runnable, memoryMbytes }) {
            if (runnable.type === 'program') warmThreads(kindOf(runnable, memoryMbytes));
        },
        // Spares belong to the process: another engine may be about to use them.
        close: async () => {},
    };
}

function execute(
    kind: SpareKind,
    request: ExecutionRequest & { program: Program },
    { network }: Pick<IsolatedThreadsOptions, 'network'>,
): Execution {
    const { port1, port2 } = new MessageChannel();
    const channel = new Channel(port1, request.host, () => thread.hasStarted());
    const { program } = request;
    // Only Actors with packages of their own are worth it: they are the ones that start browsers.
    const tempFolder = program.ownSdk && makeTempFolder();
    const env = { ...tempFolder?.variables, ...request.env };
    const thread = takeThread(kind, { protocol: PROTOCOL_VERSION, port: port2, program, env, network }, [port2]);
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
            void tempFolder?.remove();
        });
    });
    return {
        ended,
        send: (event) => channel.send(event),
        kill() {
            if (killed) return;
            killed = true;
            const end = (): void => {
                thread.release();
                // A port that was never handed over would stay open for ever.
                port2.close();
            };
            if (channel.children.isEmpty) end();
            else void channel.children.killWithNotice().then(end);
            // Real time, whatever clock the engine has: it measures a real thread, not the life of a run.
            const cancel = systemClock.after(request.terminateTimeoutSecs * 1000, () => giveUp({ type: 'stuck' }));
            void channel.closed.then(cancel);
        },
    };
}

async function endOf(channel: Channel, thread: TakenThread, wasKilled: () => boolean): Promise<ExecutionEnd> {
    const failure = thread.failed.then((error) => ({ error: serializeError(error) }));
    const closing = channel.closed.then(async (lastWords) => {
        // As a container does, the run takes with it what it has started.
        if (!channel.children.isEmpty) await channel.children.kill();
        return { lastWords };
    });
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
