import { withoutUndefined } from '../util/without-undefined.js';
import type { ResurrectOptions, Run, RunOptions, StartOptions } from '../model/run.js';
import type { RunDocument } from '../model/run-document.js';
import type { StartTarget } from './parts.js';

/** What a run lives on with. */
export interface Resurrection {
    options: RunOptions;
    target: StartTarget;
}

/** What belongs to the end of a run, and is not true of one that lives. */
const FIELDS_OF_THE_END = ['finishedAt', 'exitCode', 'statusMessage', 'isStatusMessageTerminal'] as const;

/** The options that are those of a start; the build is found in another way. */
export function withoutBuild({ build: _, ...options }: ResurrectOptions): StartOptions {
    return options;
}

/** The options of a run that lives once more: its own, but for those that are given. */
export function resurrectedOptions({ options: own }: Run, given: ResurrectOptions): StartOptions {
    return {
        build: own.build,
        memory: own.memoryMbytes,
        timeout: own.timeoutSecs,
        maxItems: own.maxItems,
        maxTotalChargeUsd: own.maxTotalChargeUsd,
        restartOnError: own.restartOnError,
        ...withoutUndefined(given),
    };
}

/** Makes the record of a finished run that of one that is about to live once more. */
export function prepareResurrection(document: RunDocument, { options, target }: Resurrection): void {
    const { run } = document;
    const { durationMillis, computeUnits } = run.stats;
    document.earlier = { durationMillis, computeUnits };
    delete document.runningSince;
    run.options = options;
    // A run that has become another Actor keeps the build that it was started with.
    if (run.metamorphs === undefined) {
        run.buildId = target.build.id;
        run.buildNumber = target.build.buildNumber;
    }
    run.stats.resurrectCount += 1;
    for (const field of FIELDS_OF_THE_END) delete run[field];
}
