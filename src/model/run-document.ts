import type { Run } from './run.js';

/** A run as it is kept: its record, and what only the engine needs to know. */
export interface RunDocument {
    run: Run;
    /** Extra environment variables that the caller gave. */
    env: Record<string, string>;
    /** Key of the input in the default key-value store. */
    inputKey: string;
}

/** A copy of a run that its receiver may do with as it likes. */
export function copyRun(run: Run): Run {
    return {
        ...run,
        meta: { ...run.meta },
        stats: { ...run.stats },
        options: { ...run.options },
        usage: { ...run.usage },
        storageIds: {
            datasets: { ...run.storageIds.datasets },
            keyValueStores: { ...run.storageIds.keyValueStores },
            requestQueues: { ...run.storageIds.requestQueues },
        },
    };
}
