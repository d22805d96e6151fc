import type { Execution, ExecutionRequest } from '../protocol/execution.js';
import type { Runnable } from '../protocol/messages.js';

/** What an executor can prepare for before there is a run. */
export type PrewarmRequest<What extends Runnable = Runnable> = Pick<
    ExecutionRequest<What>,
    'runnable' | 'memoryMbytes' | 'network' | 'setupFiles'
>;

/** Runs Actors somewhere: in a thread, in a process, or on another machine. What it keeps ready belongs to no engine. */
export interface Executor<What extends Runnable = Runnable> {
    /** Starts the Actor; never throws, a failure to start is an end of the execution. */
    execute(request: ExecutionRequest<What>): Execution;
    /** Gets ready for runs of such an Actor, if that makes them start sooner. */
    prewarm(request: PrewarmRequest<What>): void;
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
