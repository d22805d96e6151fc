import type { SerializedError } from '../errors/serialize.js';
import type { CallSegment } from './calls.js';
import type { DirectWriteGrant } from './direct-write.js';
import type { Assignment, Crash, ResourceUsage, Runnable, SystemEvent } from './messages.js';
import type { ApiCall, WebCall } from './network.js';

/** Everything an executor needs to run an Actor: what to run, its limits, and a way to reach the API. */
export interface ExecutionRequest<Kind extends Runnable = Runnable> extends Omit<
    Assignment,
    'protocol' | 'program' | 'coverage' | 'limitBytes'
> {
    runId: string;
    runnable: Kind;
    memoryMbytes: number;
    /** How long a kill may take until the execution counts as stuck. */
    terminateTimeoutSecs: number;
    host: ExecutionHost;
}

/** The requests of a running Actor to its host. */
export interface ExecutionHost {
    /** A client call by the Actor. Rejections travel back to it. */
    call(segments: CallSegment[]): Promise<unknown>;
    /** The Actor has read the input that it was assigned. */
    inputRead(): void;
    /** Answers a request to the API. */
    request: ApiCall;
    /** A request for the world outside, where a handler answers those. */
    fetch: WebCall;
    /** Lends the Actor a place for items. Only for Actors that share memory and disk with the host. */
    grantDirectWrites(datasetId: string, byteCount: number): DirectWriteGrant | undefined;
    /** Told that much has been written to a file that was lent. */
    ingest(datasetId: string): void;
    /** Called when the Actor no longer waits for answers. */
    cancelPending?(): void;
    output(stream: 'stdout' | 'stderr', text: string): void;
    usage(usage: ResourceUsage): void;
    /** A debugger can attach at this address; never called by an Actor in the host's own thread. */
    inspectorOpened(url: string): void;
}

export type ExitReason =
    /** The Actor ended by itself, whether with its work done, an exit code or an uncaught error. */
    | { type: 'exited'; exitCode: number; crash?: Crash }
    /** It was killed because the host asked for it. */
    | { type: 'killed' }
    | { type: 'out-of-memory'; peakBytes: number }
    /** It was killed but did not die in time; its thread is left alone. */
    | { type: 'stuck' }
    /** It ended without a word and without being asked to. */
    | { type: 'lost'; error?: SerializedError };

export interface Execution {
    /** Tells the Actor of a system event; does nothing once it has ended. */
    send(event: SystemEvent): void;
    /** Ends the Actor at once. {@link Execution.ended} settles within the terminate timeout. */
    kill(): void;
    /** Settles when all that the Actor sent has been taken in. Never rejects. */
    readonly ended: Promise<ExitReason>;
}

/** Imports a module by its `file:` URL, and gives what it exports. */
export type ImportModule = (url: string) => Promise<unknown>;

/** The module that runs Actors in the host's own thread. */
export interface InlineModule {
    /** @param importModule - Imports the Actor's module in place of Node. */
    startInline: (request: ExecutionRequest, importModule?: ImportModule) => Execution;
}
