import { newId } from '../util/ids.js';
import { emptyStats, emptyUsage, NO_COST, userOf } from './run-stats.js';
import { withoutUndefined } from '../util/without-undefined.js';
import { resolveDebug } from './debug.js';
import type { RunDocument, RunInput } from '../model/run-document.js';
import type {
    Run,
    RunCause,
    RunMeta,
    RunOptions,
    GivenToRun,
    StartOptions,
    RunStorageIds,
    ResurrectOptions,
} from '../model/run.js';
import type { RunDependencies, RunTarget } from './dependencies.js';
import type { Storages } from '../storage/storages.js';

/** What is to be there with a run from its beginning, if there is anything. */
export interface RunInitializers {
    /** Puts into the storages of the run what they are to begin with. */
    readonly applySeed?: (run: Run) => Promise<void>;
    /** Gives the run the webhooks of its own. */
    readonly attachWebhooks?: (run: Run) => void;
}

/** What a new run is made of, besides the Actor. */
export interface NewRun extends RunInitializers {
    readonly options: RunOptions;
    readonly wishes: StoredStartOptions;
    readonly cause: RunCause;
    readonly input: RunInput | undefined;
}

/** The key of the input in the default key-value store. */
export const INPUT_KEY = 'INPUT';
const CONTAINER_URL = 'http://localhost:4321';

/** Makes a run that is READY, with its storages, and keeps it; if that fails, nothing of it is left. */
export async function createRun(
    parts: RunDependencies,
    target: RunTarget,
    { options, wishes, cause, input, applySeed, attachWebhooks }: NewRun,
): Promise<RunDocument> {
    const { storages, clock, runs, charges } = parts;
    const { actor, build } = target;
    const id = newId();
    const storageIds = prepareStorages(storages, target, { userId: cause.userId, runId: id });
    const run: Run = {
        id,
        actId: actor.id,
        userId: cause.userId,
        startedAt: new Date(clock.now()),
        status: 'READY',
        meta: metaOf(cause),
        stats: emptyStats(input?.bytes.length ?? 0),
        options,
        buildId: build.id,
        buildNumber: build.buildNumber,
        generalAccess: 'FOLLOW_USER_SETTING',
        defaultDatasetId: storageIds.datasets.default,
        defaultKeyValueStoreId: storageIds.keyValueStores.default,
        defaultRequestQueueId: storageIds.requestQueues.default,
        storageIds,
        containerUrl: CONTAINER_URL,
        usage: emptyUsage(),
        usageUsd: NO_COST,
        usageTotalUsd: 0,
        ...(target.pricing && { pricingInfo: target.pricing }),
        ...(cause.actorTaskId !== undefined && { actorTaskId: cause.actorTaskId }),
    };
    const document: RunDocument = {
        run,
        ...wishes,
        inputKey: INPUT_KEY,
        ...(cause.schedule && { scheduleActionId: cause.schedule.actionId }),
        ...(cause.byRunId !== undefined && { startedByRunId: cause.byRunId }),
    };
    try {
        await applySeed?.(run);
        if (input) await storeInput(storages, run, INPUT_KEY, input);
        charges.open(run);
        runs.save(document);
        attachWebhooks?.(run);
    } catch (error) {
        if (runs.has(id)) runs.remove(id);
        charges.remove(id);
        await removeStorages(storages, storageIds);
        throw error;
    }
    return document;
}

function metaOf({ origin, schedule }: RunCause): RunMeta {
    const meta: RunMeta = { origin, userAgent: 'greenroom' };
    if (schedule === undefined) return meta;
    return { ...meta, scheduleId: schedule.scheduleId, scheduledAt: schedule.scheduledAt };
}

/** What whoever starts a run wants of it, as it is kept beside its record. */
export type StoredStartOptions = Pick<
    RunDocument,
    'env' | 'metamorph' | 'isolation' | 'debug' | 'setupFiles' | 'hasOwnNetwork'
>;

const NO_ENV: Readonly<Record<string, string>> = Object.freeze({});

export function storedStartOptions(options: StartOptions, given: GivenToRun): StoredStartOptions {
    const { env, metamorph, isolation, debug } = options;
    return {
        env: env === undefined ? NO_ENV : { ...env },
        ...withoutUndefined({
            metamorph: metamorph === false ? false : undefined,
            isolation,
            debug: debug === undefined ? undefined : resolveDebug(debug),
            setupFiles: given.setupFiles,
            hasOwnNetwork: given.network === undefined ? undefined : true,
        }),
    };
}

/** Makes the default storages of a new run, and the datasets that its Actor has besides. */
function prepareStorages(
    storages: Storages,
    { actor, build }: RunTarget,
    { userId, runId }: { userId: string; runId: string },
): RunStorageIds {
    const owner = { userId, actId: actor.id, actRunId: runId };
    const { dataset: only, datasets, keyValueStore } = build.actorDefinition?.storages ?? {};
    const { default: schema = only, ...others } = datasets ?? {};
    const more = Object.entries(others).map(([alias, other]) => {
        return [alias, storages.datasets.prepare({ ...owner, schema: other })] as const;
    });
    return {
        datasets: { default: storages.datasets.prepare({ ...owner, schema }), ...Object.fromEntries(more) },
        keyValueStores: { default: storages.keyValueStores.prepare({ ...owner, schema: keyValueStore }) },
        requestQueues: { default: storages.requestQueues.prepare(owner) },
    };
}

/** Stores an input of a run, on the run's account. */
export async function storeInput(storages: Storages, run: Run, key: string, input: RunInput): Promise<void> {
    const store = storages.keyValueStores.find(run.defaultKeyValueStoreId);
    await store?.usedBy(userOf(run)).set(key, input.bytes, input.contentType);
}

/** Removes the storages of a run, but for those that somebody has named: they are theirs to delete. */
export async function removeStorages(storages: Storages, ids: RunStorageIds): Promise<void> {
    const doomed = [
        { collection: storages.datasets, all: ids.datasets },
        { collection: storages.keyValueStores, all: ids.keyValueStores },
        { collection: storages.requestQueues, all: ids.requestQueues },
    ];
    for (const { collection, all } of doomed) {
        for (const id of Object.values(all)) {
            if (collection.find(id)?.info().name === undefined) await collection.remove(id);
        }
    }
}

/** What a run lives on with. */
export interface Resurrection {
    options: RunOptions;
    target: RunTarget;
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
