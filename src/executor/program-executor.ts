import type { Runnable } from '../protocol/messages.js';
import type { NetworkPolicy } from '../protocol/network.js';
import type { Execution, ExecutionRequest } from './executor.js';

/** A program, as opposed to a function of the host's. */
export type ProgramToRun = Extract<Runnable, { type: 'program' }>;

/** What the executors of programs are told. */
export interface ProgramExecutorOptions {
    /** Location of the built worker file, for bundled apps. */
    workerUrl: string;
    network: NetworkPolicy;
    /** Absolute path of the folder for what runs have covered, if that is wanted. */
    coverageDir?: string | undefined;
    /** How many spares to keep ready for each kind of Actor. */
    prewarm: number;
}

/** Runs programs, each apart from the host; what they have in common does not belong to one engine. */
export interface ProgramExecutor {
    execute(request: ExecutionRequest & { runnable: ProgramToRun }): Execution;
    warm(runnable: ProgramToRun, memoryMbytes: number): void;
}
