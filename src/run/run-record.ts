import { newId } from '../util/ids.js';
import { EMPTY_STATS, EMPTY_USAGE, createUsageRecorder } from './run-stats.js';
import { withoutUndefined } from '../util/json/without-undefined.js';
import { resolveDebug } from './start/debug.js';
import type { RunDocument, RunInput } from '../model/api/run-document.js';
import type { Run, RunCause, RunOptions, StartOptions, RunStorageIds, ResurrectOptions } from '../model/api/run.js';
import type { RunTarget } from './interfaces.js';
import type { RunDependencies } from './dependencies.js';
import type { Storages } from '../storage/storages.js';

/** The parts of a new run, checked and resolved. */
export interface NewRun {
    readonly target: RunTarget;
    /** The options of the start. */
    readonly options: StartOptions;
    readonly runOptions: RunOptions;
    readonly cause: RunCause;
    readonly input: RunInput | undefined;
    /** Puts the seed of the run into its storages. */
    readonly applySeed: ((run: Run) => Promise<void>) | undefined;
    /** Gives the run its ad-hoc webhooks. */
    readonly attachWebhooks: ((run: Run) => void) | undefined;
}

/** The key of the input in the default key-value store. */
export const INPUT_KEY = 'INPUT';
const CONTAINER_URL = 'http://localhost:4321';

/** Creates a run that is READY, with its storages, and keeps it; if that fails, nothing of it is left. */
export async function createRun(dependencies: RunDependencies, made: NewRun): Promise<RunDocument> {
    const { storages, records, charges } = dependencies;
    const document = createDocument(dependencies, made);
    const { run } = document;
    try {
        await made.applySeed?.(run);
        if (made.input) await storeInput(storages, run, INPUT_KEY, made.input);
        charges.open(run);
        records.save(document);
        made.attachWebhooks?.(run);
    } catch (error) {
        await removeRun(dependencies, run);
        throw error;
    }
    return document;
}

/** Removes what there is of a run: its record, its log, its charges and its storages. */
export async function removeRun({ records, logs, charges, storages }: RunDependencies, run: Run): Promise<void> {
    if (records.has(run.id)) records.remove(run.id);
    logs.remove(run.id);
    charges.remove(run.id);
    await removeStorages(storages, run.storageIds);
}

const NO_ENV: Readonly<Record<string, string>> = Object.freeze({});

function createDocument(dependencies: RunDependencies, made: NewRun): RunDocument {
    const { options, cause } = made;
    const { schedule, byRunId, embedderOptions = {} } = cause;
    const { env, metamorph, isolation, debug } = options;
    return {
        run: createRunRecord(dependencies, made),
        env: env === undefined ? NO_ENV : { ...env },
        inputKey: INPUT_KEY,
        ...(metamorph === false && { metamorph }),
        ...(isolation && { isolation }),
        ...(debug !== undefined && { debug: resolveDebug(debug) }),
        ...(embedderOptions.setupFiles && { setupFiles: embedderOptions.setupFiles }),
        ...(embedderOptions.network && { hasOwnNetwork: true }),
        ...(schedule && { scheduleActionId: schedule.actionId }),
        ...(byRunId && { startedByRunId: byRunId }),
    };
}

function createRunRecord({ storages, clock }: RunDependencies, { target, runOptions, cause, input }: NewRun): Run {
    const { actor, build, pricing } = target;
    const { userId, origin, actorTaskId, schedule } = cause;
    const id = newId();
    const storageIds = reserveStorages(storages, target, { userId, actId: actor.id, actRunId: id });
    return {
        id,
        actId: actor.id,
        userId,
        startedAt: new Date(clock.now()),
        status: 'READY',
        meta: {
            origin,
            userAgent: 'greenroom',
            ...(schedule && { scheduleId: schedule.scheduleId, scheduledAt: schedule.scheduledAt }),
        },
        stats: { ...EMPTY_STATS, inputBodyLen: input?.bytes.length ?? 0 },
        options: runOptions,
        buildId: build.id,
        buildNumber: build.buildNumber,
        generalAccess: 'FOLLOW_USER_SETTING',
        defaultDatasetId: storageIds.datasets.default,
        defaultKeyValueStoreId: storageIds.keyValueStores.default,
        defaultRequestQueueId: storageIds.requestQueues.default,
        storageIds,
        containerUrl: CONTAINER_URL,
        usage: { ...EMPTY_USAGE },
        usageUsd: EMPTY_USAGE,
        usageTotalUsd: 0,
        ...(pricing && { pricingInfo: pricing }),
        ...(actorTaskId && { actorTaskId }),
    };
}

/** Makes the default storages of a new run, and the datasets that its Actor has besides. */
function reserveStorages(
    storages: Storages,
    { build }: RunTarget,
    owner: { userId: string; actId: string; actRunId: string },
): RunStorageIds {
    const { dataset: only, datasets, keyValueStore } = build.actorDefinition?.storages ?? {};
    const { default: schema = only, ...others } = datasets ?? {};
    const more = Object.entries(others).map(([alias, other]) => {
        return [alias, storages.datasets.reserve({ ...owner, schema: other }).id] as const;
    });
    return {
        datasets: { default: storages.datasets.reserve({ ...owner, schema }).id, ...Object.fromEntries(more) },
        keyValueStores: { default: storages.keyValueStores.reserve({ ...owner, schema: keyValueStore }).id },
        requestQueues: { default: storages.requestQueues.reserve(owner).id },
    };
}

/** Stores an input of a run, on the run's account. */
export async function storeInput(storages: Storages, run: Run, key: string, input: RunInput): Promise<void> {
    const store = storages.keyValueStores.get(run.defaultKeyValueStoreId, createUsageRecorder(run));
    await store?.setTrusted(key, input.bytes, input.contentType);
}

/** Removes the storages of a run, but for those that somebody has named: they are theirs to delete. */
async function removeStorages(storages: Storages, ids: RunStorageIds): Promise<void> {
    const doomed = [
        { collection: storages.datasets, all: ids.datasets },
        { collection: storages.keyValueStores, all: ids.keyValueStores },
        { collection: storages.requestQueues, all: ids.requestQueues },
    ];
    for (const { collection, all } of doomed) {
        for (const id of Object.values(all)) {
            if (collection.get(id)?.info().name === undefined) await collection.remove(id);
        }
    }
}

/** What belongs to the end of a run, and is not true of one that lives. */
const FIELDS_OF_FINISHED_RUN = ['finishedAt', 'exitCode', 'statusMessage', 'isStatusMessageTerminal'] as const;

/** The options of a run that lives once more: its own, but for those that are given. */
export function mergeResurrectOptions({ options: own }: Run, given: ResurrectOptions): StartOptions {
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
export function prepareResurrection(document: RunDocument, options: RunOptions, target: RunTarget): void {
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
    for (const field of FIELDS_OF_FINISHED_RUN) delete run[field];
}
