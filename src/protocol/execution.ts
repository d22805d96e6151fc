import type { SerializedError } from '../errors/serialize.js';
import type { CallSegment } from './calls.js';
import type { DirectWriteGrant } from './direct-write.js';
import type { Assignment, Crash, ResourceUsage, Runnable, SystemEvent } from './messages.js';
import type { ApiCall, WebCall } from './network.js';

/** A request to an executor: the program to run, its limits, and the services of its host. */
export interface ExecutionRequest<Kind extends Runnable = Runnable> extends Omit<
    Assignment,
    'protocol' | 'program' | 'hostVariables' | 'coverage' | 'limitBytes'
> {
    runId: string;
    /** Name of the user whose run it is. */
    username: string;
    runnable: Kind;
    memoryMbytes: number;
    /** Options of Node that only a process can have. */
    processOptions: readonly string[];
    /** Seconds that a kill may take before the execution counts as stuck. */
    terminateTimeoutSecs: number;
    host: ExecutionHost;
}

/** Services of the host that a running Actor uses. */
export interface ExecutionHost {
    /** Performs a client call of the Actor. Rejections are sent back to it. */
    call(segments: CallSegment[]): Promise<unknown>;
    /** Called when the Actor has read the input of its assignment. */
    inputRead(): void;
    /** Handles a request to the API. */
    request: ApiCall;
    /** Handles a request to any other host, if a network handler is set. */
    fetch: WebCall;
    /**
     * Grants direct writes to a dataset; undefined if they are not possible. Only for Actors that share memory and disk
     * with the host.
     */
    grantDirectWrites(datasetId: string, byteCount: number): DirectWriteGrant | undefined;
    /** Returns the variables for the processes and threads that the Actor starts. */
    createChildEnv(): Promise<Record<string, string>>;
    /** Ingests the items that the Actor has appended to the file of a dataset. */
    ingest(datasetId: string): void;
    /** Called when the Actor no longer waits for responses. */
    cancelPending?(): void;
    /** Receives text that the Actor has written to one of its streams. */
    output(stream: 'stdout' | 'stderr', text: string): void;
    /** Receives the current resource usage. */
    usage(usage: ResourceUsage): void;
    /** Receives the address at which a debugger can attach. Never called for an inline Actor. */
    inspectorOpened(url: string): void;
}

/** A limit other than that of the run: for all large objects in a thread, or V8's own for a single object. */
export type OtherMemoryLimit = 'large-objects' | 'object-size';

/** Reason why an execution ended. */
export type ExitReason =
    /** The Actor ended on its own: it finished, exited with a code, or threw an uncaught error. */
    | { type: 'exited'; exitCode: number; crash?: Crash; refusal?: string }
    /** The host killed it. */
    | { type: 'killed' }
    /** It exceeded its memory limit, or another one. */
    | { type: 'out-of-memory'; peakBytes: number; exceeded?: OtherMemoryLimit }
    /** It was killed but did not terminate in time; its thread is abandoned. */
    | { type: 'stuck' }
    /** It ended without reporting an exit and without being killed. */
    | { type: 'lost'; error?: SerializedError };

/** A running Actor. */
export interface Execution {
    /** Sends a system event to the Actor; does nothing once it has ended. */
    send(event: SystemEvent): void;
    /** Ends the Actor at once. {@link Execution.ended} settles within the terminate timeout. */
    kill(): void;
    /** Settles when everything that the Actor has sent is handled. Never rejects. */
    readonly ended: Promise<ExitReason>;
}

/** Imports a module by its `file:` URL and resolves to its exports. */
export type ImportModule = (url: string) => Promise<unknown>;

/** The module that runs Actors in the host's own thread. */
export interface InlineModule {
    /** @param importModule - Imports the Actor's module instead of Node's `import()`. */
    startInline: (request: ExecutionRequest, importModule?: ImportModule) => Execution;
}
