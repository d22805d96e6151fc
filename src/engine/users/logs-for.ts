import type { BuildDirectory } from '../../client/build-directory.js';
import type { LogDirectory, RunDirectory } from '../../client/client-host.js';

/** The logs of the runs and builds that somebody may read. */
export function logsFor(
    logs: LogDirectory,
    runs: Pick<RunDirectory, 'find'>,
    builds: Pick<BuildDirectory, 'find'>,
): LogDirectory {
    /** Refuses what may not be read. */
    const readable = (jobId: string): string => {
        if (builds.find(jobId) === undefined) runs.find(jobId);
        return jobId;
    };
    return {
        text: (jobId, form) => logs.text(readable(jobId), form),
        stream: (jobId, form) => logs.stream(readable(jobId), form),
    };
}
