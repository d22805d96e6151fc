import { newId } from '../util/ids.js';
import { emptyStats } from './run-stats.js';
import { removeRunStorages } from './run-storages.js';
import { emptyUsage, NO_COST, userOf } from './run-usage.js';
import type { RunDocument } from '../model/run-document.js';
import type { Run, RunOptions, RunOrigin, RunStorageIds } from '../model/run.js';
import type { LifecycleParts, StartTarget } from './parts.js';

/** The input of a run as it is stored. */
export interface StoredInput {
    bytes: Buffer;
    contentType: string;
}

/** What a new run is made of, besides the Actor. */
export interface NewRun {
    options: RunOptions;
    env: Readonly<Record<string, string>>;
    origin: RunOrigin;
    input: StoredInput | undefined;
}

/** The key of the input in the default key-value store. */
export const INPUT_KEY = 'INPUT';
const CONTAINER_URL = 'http://localhost:4321';

/** Makes a run that is READY, with its storages, and keeps it; if that fails, nothing of it is left. */
export async function createRun(
    parts: LifecycleParts,
    target: StartTarget,
    { options, env, origin, input }: NewRun,
): Promise<RunDocument> {
    const { storages, owner, clock, runs, charges } = parts;
    const { actor, build } = target;
    const id = newId();
    const belongsTo = { actId: actor.id, actRunId: id };
    const { dataset: only, datasets } = build.actorDefinition?.storages ?? {};
    const dataset = storages.datasets.create({ ...belongsTo, schema: datasets?.['default'] ?? only });
    const keyValueStore = storages.keyValueStores.create(belongsTo);
    const requestQueue = storages.requestQueues.create(belongsTo);
    const storageIds: RunStorageIds = {
        datasets: { default: dataset.id },
        keyValueStores: { default: keyValueStore.id },
        requestQueues: { default: requestQueue.id },
    };
    const run: Run = {
        id,
        actId: actor.id,
        userId: owner.id,
        startedAt: new Date(clock.now()),
        status: 'READY',
        meta: { origin, userAgent: 'greenroom' },
        stats: emptyStats(input?.bytes.length ?? 0),
        options,
        buildId: build.id,
        buildNumber: build.buildNumber,
        generalAccess: 'FOLLOW_USER_SETTING',
        defaultDatasetId: dataset.id,
        defaultKeyValueStoreId: keyValueStore.id,
        defaultRequestQueueId: requestQueue.id,
        storageIds,
        containerUrl: CONTAINER_URL,
        usage: emptyUsage(),
        usageUsd: NO_COST,
        usageTotalUsd: 0,
        ...(target.pricing && { pricingInfo: target.pricing }),
    };
    const document: RunDocument = { run, env: { ...env }, inputKey: INPUT_KEY };
    try {
        if (input) await keyValueStore.usedBy(userOf(run)).set(INPUT_KEY, input.bytes, input.contentType);
        charges.open(run);
        runs.save(document);
    } catch (error) {
        charges.remove(id);
        await removeRunStorages(storages, storageIds);
        throw error;
    }
    return document;
}
