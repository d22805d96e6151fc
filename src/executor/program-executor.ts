import type { Runnable } from '../protocol/messages.js';
import type { Execution, ExecutionRequest, Warming } from './executor.js';

/** A program, as opposed to a function of the host's. */
export type ProgramToRun = Extract<Runnable, { type: 'program' }>;

/** As {@link Warming}, for a program. */
export type WarmingOfProgram = Warming & { runnable: ProgramToRun };

/** What the executors of programs are told. */
export interface ProgramExecutorOptions {
    /** Location of the built worker file, for bundled apps. */
    workerUrl: string;
    /** Absolute path of the folder for what runs have covered, if that is wanted. */
    coverageDir?: string | undefined;
    /** How many spares to keep ready for each kind of Actor. */
    prewarm: number;
}

/** Runs programs, each apart from the host; what they have in common does not belong to one engine. */
export interface ProgramExecutor {
    execute(request: ExecutionRequest & { runnable: ProgramToRun }): Execution;
    warm(warming: WarmingOfProgram): void;
}
