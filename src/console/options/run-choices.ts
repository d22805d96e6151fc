import type { QueryValues } from '../api/api.js';
import type { Run, Task } from '../api/json.js';

/** What somebody has chosen for a run; what is left out is as the Actor, or the task, has it. */
export interface RunChoices {
    readonly build?: string | undefined;
    readonly memoryMbytes?: number | undefined;
    readonly timeoutSecs?: number | undefined;
    readonly maxItems?: number | undefined;
    readonly maxTotalChargeUsd?: number | undefined;
    readonly restartOnError?: boolean | undefined;
}

/** As the query of a start has them. */
export function queryOf({ memoryMbytes, timeoutSecs, ...same }: RunChoices): QueryValues {
    return { ...same, memory: memoryMbytes, timeout: timeoutSecs };
}

/** Those that a run had. */
export function choicesOf({ options }: Pick<Run, 'options'>): RunChoices {
    const { build, memoryMbytes, timeoutSecs, maxItems, maxTotalChargeUsd, restartOnError } = options;
    return { build, memoryMbytes, timeoutSecs, maxItems, maxTotalChargeUsd, restartOnError };
}

/** As tasks and schedules keep them: without what is left out. */
export function keptOptions(choices: RunChoices): NonNullable<Task['options']> {
    return Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined));
}
