import type { MessagePort } from 'node:worker_threads';
import type { SerializedError } from '../errors/serialize.js';
import type { ActorFunction } from './actor-function.js';
import type { CallSegment } from './calls.js';
import type { DebugSettings } from '../model/execution.js';
import type { RunNetwork, WebRequest } from './network.js';
import type { ErrorCode } from '../errors/catalogue.js';

/** Changes whenever a message changes its shape; both sides must speak the same. */
export const PROTOCOL_VERSION = 8;

/** The exit code of a process that the kernel killed for its memory; the platform's containers end so too. */
export const OUT_OF_MEMORY_EXIT_CODE = 137;

/** How the runtime loads the Actor's entry. */
export type Loader =
    /** `import()` by Node itself, which strips types where it can. */
    | { type: 'native' }
    /** `tsx`, found from the Actor; `api` is the URL of its `tsx/esm/api`. */
    | { type: 'tsx'; api: string };

/** A program that can be started: what a build boils down to. */
export interface Program {
    entry: string;
    /** Absolute path of the Actor's folder: its working directory. */
    directory: string;
    loader: Loader;
    /** Whether `import 'apify'` has to be led to the built-in SDK, because nothing resolves it from the entry. */
    needsSdkHooks: boolean;
    ownSdk?: OwnSdk;
    /** Whether anything in the Actor's own code speaks of a proxy. */
    mayUseProxy: boolean;
}

/** The packages that an Actor brings, as absolute paths of their folders. */
export interface OwnSdk {
    /** `apify`; absent for an Actor that uses Crawlee alone. */
    apify?: string;
    /** `@crawlee/core`. */
    core: string;
}

export type Runnable =
    /**
     * A program, in a thread or process of its own. `preload` are modules worth importing beforehand, as file URLs;
     * `compileCache` is the folder for their compiled code, if it is to be kept.
     */
    | { type: 'program'; program: Program; preload: readonly string[]; compileCache?: string }
    /** A function of the host's, in the host's own thread. */
    | { type: 'function'; run: ActorFunction };

/** The input of a run as it is stored, on its way to the Actor. */
export interface AssignedInput {
    /** The key-value store that it is a record of. */
    storeId: string;
    key: string;
    contentType: string;
    bytes: Uint8Array;
}

/** What a thread or process is handed to become that of one run. */
export interface Assignment {
    protocol: typeof PROTOCOL_VERSION;
    program: Program;
    /** The whole environment of the run; nothing of the host's is left in it. */
    env: Record<string, string>;
    /** What of it is different for the processes that the Actor starts. */
    childEnv?: Readonly<Record<string, string>>;
    network: RunNetwork;
    /** URLs of modules to import before the Actor, one after the other. */
    setupFiles: readonly string[];
    /** The input, unless it is large or the Actor has to ask for it. */
    input?: AssignedInput;
    /** How refused calls are to be repeated, for runs that meet with faults: calls go as the platform's own client would send them. */
    retries?: RetrySettings;
    debug?: DebugSettings;
    /** Where to write which code of the Actor has run, if that is wanted. */
    coverage?: CoverageSettings;
    /** Bytes that the run may use, if it is to see to that itself. */
    limitBytes?: number;
}

/** An assignment for a thread, with its end of the channel to the host. */
export interface ThreadAssignment extends Assignment {
    port: MessagePort;
    /** One 32-bit word: what of its output is under way; see `flow.ts`. */
    outputCounter: SharedArrayBuffer;
}

/** What a thread or process does while it is spare, so that a run can begin sooner. */
export interface PrewarmTasks {
    preload?: readonly string[];
    /** Folder for the compiled code of those modules, if it is to be kept. */
    compileCache?: string;
    ownSdk?: OwnSdk;
    /** Whether `import 'apify'` has to be led to the built-in SDK. */
    hooks?: boolean;
}

export type HostMessage =
    /** The answer to a call that went well. */
    | { type: 'response'; id: number; ok: true; output: unknown }
    /** The answer to a call that failed. */
    | { type: 'response'; id: number; ok: false; error: SerializedError }
    /** A piece of the body of an answered request; without bytes, its end. */
    | { type: 'body'; id: number; bytes?: Uint8Array; error?: SerializedError }
    | { type: 'system-event'; event: SystemEvent }
    /** The thread is to end at once, without another step of the Actor's code. */
    | { type: 'terminate' };

/** What an Actor hears of the platform; see "System events" in the platform's docs. */
export type SystemEvent =
    /** The run is to end: by timeout or by a graceful abort. Aborts the `signal` too. */
    | { name: 'aborting'; reason: string }
    | { name: 'migrating'; timeRemainingSecs?: number }
    | { name: 'persistState'; isMigrating: boolean }
    | {
          name: 'systemInfo';
          memCurrentBytes: number;
          cpuCurrentUsage: number;
          isCpuOverloaded: boolean;
          createdAt: string;
      };

/** An error that ends the run, and where in the Actor's code it comes from. */
export interface Crash {
    phase: 'loading' | 'running';
    error: SerializedError;
    /** As `file:line`, seen from the Actor's folder. */
    location?: string;
    /** Whether the Actor's log has it already. */
    isLogged?: boolean;
}

/** What a run uses now, and has used since its thread or process began to work for it. */
export interface ResourceUsage {
    /** Real time since then, whatever clock the engine has. */
    elapsedMillis: number;
    memoryBytes: number;
    cpuMicros: number;
    /** Received, as the sockets of the run count it. */
    netRxBytes: number;
    /** Sent, likewise. */
    netTxBytes: number;
}

export type ActorMessage =
    /**
     * The thread has taken its assignment; its first message. In a process of its own, it has the id 0. `kernelId` is the
     * id that Linux gives to the thread.
     */
    | { type: 'started'; threadId: number; kernelId?: number }
    /** A debugger can attach to the thread. */
    | { type: 'inspector-opened'; url: string }
    /** A call of a client method; answered under the same id. */
    | { type: 'call'; id: number; segments: CallSegment[] }
    /** The Actor has read the input that came with its assignment. */
    | { type: 'input-read' }
    /**
     * A request for the API, or for the handler of the host; answered with its head under the same id, then by its body.
     * `isUpload` where its own body comes in pieces.
     */
    | { type: 'request'; id: number; request: WebRequest; isForApi: boolean; isUpload: boolean }
    /** A piece of the body of such a request; without bytes, its end, which may have come too early. */
    | { type: 'upload'; id: number; bytes?: Uint8Array; isBroken?: boolean }
    /** So many bytes of the body of an answer from outside have been read: there is room for more. */
    | { type: 'ack'; id: number; byteCount: number }
    /** Nobody waits for the answer to a request any more, or reads the rest of its body. */
    | { type: 'cancel'; id: number }
    /** Asks to be lent a place for the items of a dataset, with room for so many bytes; answered, maybe with nothing, under the same id. */
    | { type: 'write-grant'; id: number; datasetId: string; byteCount: number }
    /** Much has been written to a file that was lent: it is to be taken in. */
    | { type: 'data-appended'; datasetId: string }
    /** Text the Actor wrote to one of its streams, as it wrote it. */
    | { type: 'output'; stream: 'stdout' | 'stderr'; text: string }
    /** The Actor has started a process; one that it waits for in `spawnSync` or its like has no id here. */
    | { type: 'child-started'; pid?: number }
    | { type: 'child-ended'; pid: number }
    /** What the thread uses now; sent every second and at the end. */
    | { type: 'usage'; usage: ResourceUsage }
    /** The thread uses more memory than it may; the end follows. */
    | { type: 'out-of-memory'; usedBytes: number }
    /** The entry could not be loaded, or an error was left uncaught; the end follows. */
    | ({ type: 'crashed' } & Crash)
    /** The thread is ending; its last message. Without an exit code if it does so because it was told to. */
    | { type: 'exited'; exitCode?: number };

/** Where the coverage of a run goes. */
export interface CoverageSettings {
    directory: string;
    /** Part of the names of its files. */
    runId: string;
}

/**
 * One end of the channel between an Actor and its host. A `MessagePort` is one, and so is a pair of pipes between two
 * processes: neither side can tell which it has.
 */
export interface Port {
    /** @throws DataCloneError for what cannot be copied. */
    postMessage(message: unknown): void;
    /** `message`, with what the other side has posted, `messageerror` for what could not be read, and `close`. */
    on(event: string, listener: (message: unknown) => void): unknown;
    close(): void;
    /** Reads nothing more until {@link Port.resume}; absent where what has been posted cannot be left where it is. */
    pause?(): void;
    resume?(): void;
    /** Keeps this side's event loop alive, as long as the port is open. */
    ref(): void;
    unref(): void;
}

/*
 * How a thread that is busy is made to look at what it uses: its host has this evaluated in it by way of the inspector,
 * which interrupts whatever JavaScript is at work there.
 */

/** Under this name each thread of a run keeps what {@link PROBE_EXPRESSION} calls. */
export const PROBE_SYMBOL = Symbol.for('greenroom.probe');

/** Makes the thread look. Gives the milliseconds until it should do so again; nothing in a thread that has no run. */
export const PROBE_EXPRESSION = "globalThis[Symbol.for('greenroom.probe')]?.()";

/** Makes the thread end, unless it is in the midst of something. Gives the milliseconds until it should be tried again. */
export const TERMINATE_EXPRESSION = "globalThis[Symbol.for('greenroom.probe')]?.(true)";

/** How an Actor repeats calls that are refused; only runs that meet with scripted faults are told. */
export interface RetrySettings {
    /** How long it waits before it repeats a call for the first time; each further time twice as long. */
    minDelayBetweenRetriesMillis: number;
}

/** As often the platform's client repeats a call. Source: `maxRetries` of `apify-client`. */
export const MAX_RETRIES = 8;

/** Source: `minDelayBetweenRetriesMillis` of `apify-client`. */
export const MIN_RETRY_DELAY_MILLIS = 500;

/** The refusals that are worth another try: those that tests script. */
export const RETRYABLE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
    'rate-limit-exceeded',
    'internal-server-error',
    'bad-gateway',
    'service-unavailable',
    'gateway-timeout',
]);
