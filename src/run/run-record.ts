import { newId } from '../util/ids.js';
import { EMPTY_STATS, EMPTY_USAGE, createUsageRecorder } from './run-stats.js';
import { withoutUndefined } from '../util/json/without-undefined.js';
import { resolveDebug } from './start/debug.js';
import type { RunDocument, RunInput } from '../model/api/run-document.js';
import type { Run, RunCause, RunOptions, StartOptions, RunStorageIds, ResurrectOptions } from '../model/api/run.js';
import type { RunTarget } from './interfaces.js';
import type { RunDependencies } from './dependencies.js';
import type { Storages } from '../storage/storages.js';

/** A validated start: everything needed to create the run. */
export interface NewRun {
    readonly target: RunTarget;
    /** The options of the start. */
    readonly options: StartOptions;
    readonly runOptions: RunOptions;
    readonly cause: RunCause;
    readonly input: RunInput | undefined;
    /** Writes the seed of the run to its storages. */
    readonly applySeed: ((run: Run) => Promise<void>) | undefined;
    /** Attaches the ad-hoc webhooks of the start. */
    readonly attachWebhooks: ((run: Run) => void) | undefined;
}

/** The key of the input in the default key-value store. */
export const INPUT_KEY = 'INPUT';
/** Ports of the web servers of runs: below those that systems choose for outgoing connections. */
const FIRST_PORT = 20_000;
const PORT_COUNT = 10_000;
/** Processes start at different ports, so that engines in several of them rarely choose the same. */
const PORT_STEP = 101;

/** Creates and saves a READY run with its storages. If this fails, removes all of it. */
export async function createRun(dependencies: RunDependencies, newRun: NewRun): Promise<RunDocument> {
    const { storages, records, charges } = dependencies;
    const document = createDocument(dependencies, newRun);
    const { run } = document;
    try {
        await newRun.applySeed?.(run);
        if (newRun.input) await storeInput(storages, run, INPUT_KEY, newRun.input);
        charges.open(run);
        records.save(document);
        newRun.attachWebhooks?.(run);
    } catch (error) {
        await removeRun(dependencies, run);
        throw error;
    }
    return document;
}

/** Removes a run: its record, log, charges and storages. */
export async function removeRun({ records, logs, charges, storages }: RunDependencies, run: Run): Promise<void> {
    if (records.has(run.id)) records.remove(run.id);
    logs.remove(run.id);
    charges.remove(run.id);
    await removeStorages(storages, run.storageIds);
}

const NO_ENV: Readonly<Record<string, string>> = Object.freeze({});

function createDocument(dependencies: RunDependencies, newRun: NewRun): RunDocument {
    const { options, cause } = newRun;
    const { schedule, byRunId, embedderOptions = {} } = cause;
    const { env, metamorph, isolation, debug } = options;
    return {
        run: createRunRecord(dependencies, newRun),
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
    const { userId, origin, userAgent = 'greenroom', actorTaskId, schedule } = cause;
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
            userAgent,
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
        containerUrl: `http://localhost:${nextPort()}`,
        usage: { ...EMPTY_USAGE },
        usageUsd: EMPTY_USAGE,
        usageTotalUsd: 0,
        ...(pricing && { pricingInfo: pricing }),
        ...(actorTaskId && { actorTaskId }),
    };
}

let lastPort = process.pid * PORT_STEP;

/** Returns a port that no other run of this process has, unless it is thousands of runs older. */
function nextPort(): number {
    lastPort += 1;
    return FIRST_PORT + (lastPort % PORT_COUNT);
}

/** Creates the default storages of a new run, and the additional datasets of its Actor. */
function reserveStorages(
    storages: Storages,
    { build }: RunTarget,
    owner: { userId: string; actId: string; actRunId: string },
): RunStorageIds {
    const { dataset: singleSchema, datasets, keyValueStore } = build.actorDefinition?.storages ?? {};
    const { default: schema = singleSchema, ...others } = datasets ?? {};
    const additional = Object.entries(others).map(([alias, other]) => {
        return [alias, storages.datasets.reserve({ ...owner, schema: other }).id] as const;
    });
    return {
        datasets: { default: storages.datasets.reserve({ ...owner, schema }).id, ...Object.fromEntries(additional) },
        keyValueStores: { default: storages.keyValueStores.reserve({ ...owner, schema: keyValueStore }).id },
        requestQueues: { default: storages.requestQueues.reserve(owner).id },
    };
}

/** Stores an input of a run, and counts the write as usage of the run. */
export async function storeInput(storages: Storages, run: Run, key: string, input: RunInput): Promise<void> {
    const store = storages.keyValueStores.get(run.defaultKeyValueStoreId, createUsageRecorder(run));
    await store?.setTrusted(key, input.bytes, input.contentType);
}

/** Removes the storages of a run, except named ones: their owner deletes them. */
async function removeStorages(storages: Storages, ids: RunStorageIds): Promise<void> {
    const groups = [
        { collection: storages.datasets, all: ids.datasets },
        { collection: storages.keyValueStores, all: ids.keyValueStores },
        { collection: storages.requestQueues, all: ids.requestQueues },
    ];
    for (const { collection, all } of groups) {
        for (const id of Object.values(all)) {
            if (!collection.get(id)?.info().name) await collection.remove(id);
        }
    }
}

/** Fields that only a finished run has. */
const FIELDS_OF_FINISHED_RUN = ['finishedAt', 'exitCode', 'statusMessage', 'isStatusMessageTerminal'] as const;

/** Returns the options of a resurrected run: its own, with overrides. */
export function mergeResurrectOptions({ options: own }: Run, overrides: ResurrectOptions): StartOptions {
    return {
        build: own.build,
        memory: own.memoryMbytes,
        timeout: own.timeoutSecs,
        maxItems: own.maxItems,
        maxTotalChargeUsd: own.maxTotalChargeUsd,
        restartOnError: own.restartOnError,
        ...withoutUndefined(overrides),
    };
}

/** Resets the record of a finished run for its resurrection. */
export function prepareResurrection(document: RunDocument, options: RunOptions, target: RunTarget): void {
    const { run } = document;
    const { durationMillis, computeUnits } = run.stats;
    document.earlier = { durationMillis, computeUnits };
    delete document.runningSince;
    run.options = options;
    // After a metamorph, the record keeps the build that the run was started with.
    if (run.metamorphs === undefined) {
        run.buildId = target.build.id;
        run.buildNumber = target.build.buildNumber;
    }
    run.stats.resurrectCount += 1;
    for (const field of FIELDS_OF_FINISHED_RUN) delete run[field];
}
