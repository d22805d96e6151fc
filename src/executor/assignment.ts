import { PROTOCOL_VERSION, type Assignment } from '../protocol/messages.js';
import type { ExecutionRequest } from './executor.js';
import type { ProgramExecutorOptions, ProgramToRun } from './program-executor.js';

/** What a thread or process is told of the run that it is for, but for its memory limit. */
export function assignmentOf(
    request: ExecutionRequest & { runnable: ProgramToRun },
    env: Record<string, string>,
    { coverageDir: directory }: Pick<ProgramExecutorOptions, 'coverageDir'>,
): Assignment {
    const { runId, runnable, childEnv, network, setupFiles, input, retries, debug } = request;
    return {
        protocol: PROTOCOL_VERSION,
        program: runnable.program,
        env,
        childEnv,
        network,
        setupFiles,
        input,
        retries,
        debug,
        ...(directory !== undefined && { coverage: { directory, runId } }),
    };
}
