import { newId } from '../util/ids.js';
import { emptyStats } from './run-stats.js';
import { prepareStorages, removeStorages, storeInput } from './run-storages.js';
import { emptyUsage, NO_COST } from './run-usage.js';
import type { RunDocument, RunInput } from '../model/run-document.js';
import type { Run, RunCause, RunMeta, RunOptions } from '../model/run.js';
import type { RunWishes } from './run-wishes.js';
import type { LifecycleParts, StartTarget } from './parts.js';

/** What is to be there with a run from its beginning, if there is anything. */
export interface RunExtras {
    /** Puts into the storages of the run what they are to begin with. */
    readonly plantSeed?: (run: Run) => Promise<void>;
    /** Gives the run the webhooks of its own. */
    readonly giveWebhooks?: (run: Run) => void;
}

/** What a new run is made of, besides the Actor. */
export interface NewRun extends RunExtras {
    readonly options: RunOptions;
    readonly wishes: RunWishes;
    readonly cause: RunCause;
    readonly input: RunInput | undefined;
}

/** The key of the input in the default key-value store. */
export const INPUT_KEY = 'INPUT';
const CONTAINER_URL = 'http://localhost:4321';

/** Makes a run that is READY, with its storages, and keeps it; if that fails, nothing of it is left. */
export async function createRun(
    parts: LifecycleParts,
    target: StartTarget,
    { options, wishes, cause, input, plantSeed, giveWebhooks }: NewRun,
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
        await plantSeed?.(run);
        if (input) await storeInput(storages, run, INPUT_KEY, input);
        charges.open(run);
        runs.save(document);
        giveWebhooks?.(run);
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
