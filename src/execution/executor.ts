import type { Execution, ExecutionRequest } from '../protocol/execution.js';
import type { Runnable } from '../protocol/messages.js';

/** The properties of future runs that an executor can prewarm for. */
export type PrewarmRequest<What extends Runnable = Runnable> = Pick<
    ExecutionRequest<What>,
    'username' | 'runnable' | 'memoryMbytes' | 'processOptions' | 'launch' | 'network' | 'setupFiles'
>;

/** Runs Actors, for instance in threads or processes. Its spares are shared by all engines of the process. */
export interface Executor<What extends Runnable = Runnable> {
    /** Starts the Actor. Never throws: a failed start ends the execution. */
    execute(request: ExecutionRequest<What>): Execution;
    /** Starts spares for runs of an Actor, if that makes them start sooner. */
    prewarm(request: PrewarmRequest<What>): void;
}

/** A program, as opposed to a function in the host. */
export type ProgramToRun = Extract<Runnable, { type: 'program' }>;

/** Runs programs isolated from the host. */
export type ProgramExecutor = Executor<ProgramToRun>;

/** Options of executors of programs. */
export interface ProgramExecutorOptions {
    /** URL of the built worker file. */
    workerUrl: string;
    /** Absolute path of the folder for coverage; undefined if coverage is not recorded. */
    coverageDir?: string | undefined;
    /** Number of spares to keep for each pool. */
    prewarm: number;
}
