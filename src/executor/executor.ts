import type { SerializedError } from '../errors/serialize.js';
import type { CallStep } from '../protocol/calls.js';
import type { DebugSettings } from '../model/execution.js';
import type { ItemLease } from '../protocol/item-lease.js';
import type { ApiCall, RunNetwork, WebCall } from '../protocol/network.js';
import type {
    RetrySettings,
    AssignedInput,
    Crash,
    ResourceUsage,
    Runnable,
    SystemEvent,
} from '../protocol/messages.js';

/** Everything an executor needs to run an Actor: what to run, its limits, and a way to reach the API. */
export interface ExecutionRequest<What extends Runnable = Runnable> {
    runId: string;
    runnable: What;
    memoryMbytes: number;
    env: Record<string, string>;
    /** What of it is different for the processes that the Actor starts. */
    childEnv?: Readonly<Record<string, string>>;
    network: RunNetwork;
    /** URLs of modules to import before the Actor, one after the other. */
    setupFiles: readonly string[];
    /** The input, where it travels with the Actor. */
    input?: AssignedInput;
    /** Present for a run that meets with faults: it is to ask as the platform's own client would, and to repeat as that does. */
    retries?: RetrySettings;
    debug?: DebugSettings;
    /** How long a kill may take until the execution counts as stuck. */
    terminateTimeoutSecs: number;
    host: ExecutionHost;
}

/** What the Actor's side can ask of the host while it runs. */
export interface ExecutionHost {
    /** A client call by the Actor. Rejections travel back to it. */
    call(steps: CallStep[]): Promise<unknown>;
    /** The Actor has read the input that it was assigned. */
    inputRead(): void;
    /** A request for the API, by whatever client the Actor has. */
    request: ApiCall;
    /** A request for the world outside, where a handler answers those. */
    fetch: WebCall;
    /** Lends the Actor a place for items. Only for Actors that share memory and disk with the host. */
    lease(datasetId: string, byteCount: number): ItemLease | undefined;
    /** Told that much has been written to a file that was lent. */
    takeIn(datasetId: string): void;
    /** Told that nobody waits for answers any more. */
    hangUp?(): void;
    output(stream: 'stdout' | 'stderr', text: string): void;
    usage(usage: ResourceUsage): void;
    /** A debugger can attach at this address; never called by an Actor in the host's own thread. */
    inspectorOpened(url: string): void;
}

export type ExecutionEnd =
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
    readonly ended: Promise<ExecutionEnd>;
}

/** What an executor can prepare for before there is a run. */
export type Warming<What extends Runnable = Runnable> = Pick<
    ExecutionRequest<What>,
    'runnable' | 'memoryMbytes' | 'network' | 'setupFiles'
>;

/** Runs Actors somewhere: in a thread, in a process, or on another machine. What it keeps ready belongs to no engine. */
export interface Executor<What extends Runnable = Runnable> {
    /** Starts the Actor; never throws, a failure to start is an end of the execution. */
    execute(request: ExecutionRequest<What>): Execution;
    /** Gets ready for runs of such an Actor, if that makes them start sooner. */
    warm(request: Warming<What>): void;
}

/** A program, as opposed to a function of the host's. */
export type ProgramToRun = Extract<Runnable, { type: 'program' }>;

/** Runs programs, each apart from the host. */
export type ProgramExecutor = Executor<ProgramToRun>;

export interface ProgramExecutorOptions {
    /** Location of the built worker file, for bundled apps. */
    workerUrl: string;
    /** Absolute path of the folder for what runs have covered, if that is wanted. */
    coverageDir?: string | undefined;
    /** How many spares to keep ready for each kind of Actor. */
    prewarm: number;
}
