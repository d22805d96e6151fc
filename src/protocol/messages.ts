import type { MessagePort } from 'node:worker_threads';
import type { SerializedError } from '../errors/serialize.js';
import type { ActorFunction } from './actor-function.js';
import type { CallSegment } from './calls.js';
import type { DebugSettings } from '../model/execution.js';
import type { RunNetwork, WebRequest } from './network.js';
import type { ErrorCode } from '../errors/catalogue.js';

/** Increases whenever the shape of a message changes; both sides must have the same version. */
export const PROTOCOL_VERSION = 9;

/** Exit code of a process that the kernel killed for its memory, as in the platform's containers. */
export const OUT_OF_MEMORY_EXIT_CODE = 137;

/** The loader of the Actor's entry. */
export type Loader =
    /** Node's own `import()`, which strips types on versions that can. */
    | { type: 'native' }
    /** `tsx`, resolved from the Actor; `api` is the URL of its `tsx/esm/api`. */
    | { type: 'tsx'; api: string };

/** A program that can be started: the result of a build. */
export interface Program {
    /** Absolute path of the module to run. */
    entry: string;
    /** Absolute path of the Actor's folder: its working directory. */
    directory: string;
    loader: Loader;
    /** True if `import 'apify'` must resolve to the built-in SDK, because the entry cannot resolve it. */
    needsSdkHooks: boolean;
    /** SDK packages that the Actor brings, if any. */
    ownSdk?: OwnSdk;
    /** True if the Actor's own code mentions a proxy. */
    mayUseProxy: boolean;
    /** The start command, unless it only runs the entry. */
    startCommand?: StartCommandLine;
}

/** The parts of a start command in addition to the entry. Words may have quotes and variables, as in a shell. */
export interface StartCommandLine {
    /** Absolute path of the module as the command names it. */
    path: string;
    /** Options for Node. */
    nodeOptions: readonly string[];
    /** Words of the arguments. */
    args: readonly string[];
    /** Variables that the command sets, with the words of their values. */
    assignments: readonly (readonly [name: string, word: string])[];
    /** Variables of the image and of files. Variables of the run take precedence. */
    env: Readonly<Record<string, string>>;
    /** Differences between the command and the run, for the log. */
    notes: readonly string[];
}

/** How a worker starts the entry of a program. */
export interface Launch {
    /** Everything in `process.argv` after the executable. */
    argv: readonly string[];
    execArgv: readonly string[];
    /** Modules to load before the entry, as `--require`, `--loader` and `--import` do. */
    preloads: readonly { type: 'require' | 'loader' | 'import'; specifier: string }[];
    /** Options that change how Node prints warnings. */
    warnings: readonly string[];
}

/** SDK packages that the Actor brings, as absolute paths of their folders; none if their internals are not known. */
export interface OwnSdk {
    /** `apify`; absent if the Actor uses Crawlee alone. */
    apify?: string;
    /** `@crawlee/core`. */
    core?: string;
}

/** A program or a function that an executor can run. */
export type Runnable =
    /**
     * A program, run in its own thread or process. `preload` are file URLs of modules to import beforehand;
     * `compileCache` is the folder for their compiled code, if it is kept.
     */
    | { type: 'program'; program: Program; preload: readonly string[]; compileCache?: string }
    /** A function of the host, run in the host's own thread. */
    | { type: 'function'; run: ActorFunction };

/** The input of a run as it is stored, sent along with the assignment. */
export interface AssignedInput {
    /** Id of the key-value store that holds the record. */
    storeId: string;
    key: string;
    contentType: string;
    bytes: Uint8Array;
}

/** Turns a spare thread or process into the worker of one run. */
export interface Assignment {
    protocol: typeof PROTOCOL_VERSION;
    program: Program;
    launch: Launch;
    /** The complete environment of the run; nothing of the host's environment is added. */
    env: Record<string, string>;
    /** Names of the host's variables, one per line, for hints about those that the run does not have. */
    hostVariables?: string;
    /** Variables that differ for the processes and threads that the Actor starts. A thread requests them if they are absent. */
    childEnv?: Readonly<Record<string, string>>;
    network: RunNetwork;
    /** URLs of modules to import before the Actor, one after the other. */
    setupFiles: readonly string[];
    /** The input; absent if it is large or the Actor has to request it. */
    input?: AssignedInput;
    /** Set for runs with scripted faults: rejected calls are retried as the platform's client retries them. */
    retries?: RetrySettings;
    debug?: DebugSettings;
    /** Set if the code coverage of the run is collected. */
    coverage?: CoverageSettings;
    /** Memory limit in bytes, if the worker itself enforces it. */
    limitBytes?: number;
}

/** An assignment for a thread, with its end of the channel to the host. */
export interface ThreadAssignment extends Assignment {
    port: MessagePort;
    /** One 32-bit word: the output that the host has not handled; see `flow-control.ts`. */
    outputCounter: SharedArrayBuffer;
}

/** Work that a thread or process does while it is a spare, so that a run can begin sooner. */
export interface PrewarmTasks {
    /** File URLs of modules to import. */
    preload?: readonly string[];
    /** Folder for the compiled code of those modules, if it is kept. */
    compileCache?: string;
    ownSdk?: OwnSdk;
    /** True if `import 'apify'` must resolve to the built-in SDK. */
    hooks?: boolean;
}

/** Messages from the host to a worker. */
export type HostMessage =
    /** The response to a successful call. */
    | { type: 'response'; id: number; ok: true; output: unknown }
    /** The response to a failed call. */
    | { type: 'response'; id: number; ok: false; error: SerializedError }
    /** A chunk of a response body; without bytes, its end. */
    | { type: 'body'; id: number; bytes?: Uint8Array; error?: SerializedError }
    | { type: 'system-event'; event: SystemEvent }
    /** Ends the thread at once, without running more of the Actor's code. */
    | { type: 'terminate' };

/** Events that the platform sends to an Actor. Source: "System events" of the platform's docs. */
export type SystemEvent =
    /** The run must end because of its timeout or a graceful abort. Also aborts the `signal`. */
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

/** An error that ends the run, and its location in the Actor's code. */
export interface Crash {
    phase: 'loading' | 'running';
    error: SerializedError;
    /** `file:line`, relative to the Actor's folder. */
    location?: string;
    /** True if the error is in TypeScript whose types Node itself strips. */
    isStripped?: true;
    /** True if the Actor's log already contains the error. */
    isLogged?: boolean;
}

/** Current resource usage of a run, and totals since its worker began to run it. */
export interface ResourceUsage {
    /** Elapsed real time, independent of the engine's clock. */
    elapsedMillis: number;
    memoryBytes: number;
    cpuMicros: number;
    /** Bytes received by the sockets of the run. */
    netRxBytes: number;
    /** Bytes sent by the sockets of the run. */
    netTxBytes: number;
}

/** Messages from a worker to the host. */
export type ActorMessage =
    /**
     * The worker has accepted its assignment; its first message. A process of its own reports the thread id 0.
     * `kernelId` is the id that Linux gives to the thread.
     */
    | { type: 'started'; threadId: number; kernelId?: number }
    /** A debugger can attach to the thread. */
    | { type: 'inspector-opened'; url: string }
    /** A call of a client method. The response has the same id. */
    | { type: 'call'; id: number; segments: CallSegment[] }
    /** The Actor has read the input of its assignment. */
    | { type: 'input-read' }
    /**
     * A request to the API or to the network handler. The response head has the same id, and its body follows. If
     * `isUpload` is set, the request body follows in chunks.
     */
    | { type: 'request'; id: number; request: WebRequest; isForApi: boolean; isUpload: boolean }
    /** A chunk of such a request body; without bytes, its end, premature if `isBroken` is set. */
    | { type: 'upload'; id: number; bytes?: Uint8Array; isBroken?: boolean }
    /** The Actor has read that many bytes of a response body: there is room for more. */
    | { type: 'ack'; id: number; byteCount: number }
    /** The Actor no longer waits for the response to a request, or for the rest of its body. */
    | { type: 'cancel'; id: number }
    /**
     * Requests direct writes to a dataset with room for `byteCount` bytes. The response, possibly undefined, has the
     * same id.
     */
    | { type: 'write-grant'; id: number; datasetId: string; byteCount: number }
    /** Requests the variables for the processes and threads that the Actor starts. The response has the same id. */
    | { type: 'child-env'; id: number }
    /** A large amount has been appended to the file of a grant: the host should ingest it. */
    | { type: 'data-appended'; datasetId: string }
    /** Text that the Actor has written to one of its streams. */
    | { type: 'output'; stream: 'stdout' | 'stderr'; text: string }
    /**
     * The Actor has started a process. `pid` is missing for a process that the Actor waits for synchronously, as with
     * `spawnSync`.
     */
    | { type: 'child-started'; pid?: number }
    | { type: 'child-ended'; pid: number }
    /** Current usage; sent every second and at the end. */
    | { type: 'usage'; usage: ResourceUsage }
    /** The thread exceeds its memory limit, or that for large objects; it ends next. */
    | { type: 'out-of-memory'; usedBytes: number; exceeded?: 'large-objects' }
    /** The entry could not be loaded, or an error was not caught; the run ends next. */
    | ({ type: 'crashed' } & Crash)
    /**
     * The last message of a worker. The exit code is missing if the host ended it. `refusal` says why the first
     * connection was refused that the option `network` forbids.
     */
    | { type: 'exited'; exitCode?: number; refusal?: string };

/** Destination of the coverage of a run. */
export interface CoverageSettings {
    directory: string;
    /** Part of the file names. */
    runId: string;
}

/** One end of the channel between an Actor and its host: a `MessagePort`, or a pair of pipes between two processes. */
export interface Port {
    /** @throws DataCloneError for a value that cannot be cloned. */
    postMessage(message: unknown): void;
    /** Events: `message` with a message of the other side, `messageerror` for one that cannot be read, and `close`. */
    on(event: string, listener: (message: unknown) => void): unknown;
    close(): void;
    /** Stops reading until {@link Port.resume}; absent if the port cannot be paused. */
    pause?(): void;
    resume?(): void;
    /** Keeps the event loop of this side alive while the port is open. */
    ref(): void;
    unref(): void;
}

/*
 * The host probes a busy thread by evaluating an expression in it through the inspector, which interrupts the
 * JavaScript that runs there.
 */

/** Global symbol under which the thread of a run keeps the function that {@link PROBE_EXPRESSION} calls. */
export const PROBE_SYMBOL = Symbol.for('greenroom.probe');

/**
 * Makes the thread sample its usage. Evaluates to the milliseconds until the next probe; to undefined in a thread
 * without a run.
 */
export const PROBE_EXPRESSION = "globalThis[Symbol.for('greenroom.probe')]?.()";

/** Makes the thread end if it is safe to terminate. Evaluates to the milliseconds after which to retry. */
export const TERMINATE_EXPRESSION = "globalThis[Symbol.for('greenroom.probe')]?.(true)";

/** Settings for retrying rejected calls; set only for runs with scripted faults. */
export interface RetrySettings {
    /** Delay before the first retry in milliseconds; doubles with each further retry. */
    minDelayBetweenRetriesMillis: number;
}

/** Maximum number of retries. Source: `maxRetries` of `apify-client`. */
export const MAX_RETRIES = 8;

/** Delay before the first retry. Source: `minDelayBetweenRetriesMillis` of `apify-client`. */
export const MIN_RETRY_DELAY_MILLIS = 500;

/** Codes of rejections that are retried: those that tests can script. */
export const RETRYABLE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
    'rate-limit-exceeded',
    'internal-server-error',
    'bad-gateway',
    'service-unavailable',
    'gateway-timeout',
]);
