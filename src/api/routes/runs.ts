import { answer, attachmentHeaders, jsonAnswer } from '../answers.js';
import { readFields } from '../body.js';
import { found } from '../errors.js';
import { flag, list, pageQuery, requiredText, text } from '../query.js';
import { param, type Routes } from '../route.js';
import { checkOptions, invalid } from '../../util/check.js';
import { addDatasetRoutes } from './datasets.js';
import { addKeyValueStoreRoutes } from './key-value-stores.js';
import { addRequestQueueRoutes, queueById } from './request-queues.js';
import { deleteHandler } from './resource.js';
import { afterWait, readRunBody, resurrectQuery } from './start-run.js';
import type { LastRunOptions, LogClient, RunClient, RunCollectionClient, RunListOptions } from '../../model/client.js';
import type { RunChargeOptions } from '../../model/pricing.js';
import type { ApiContext, Resolver } from '../context.js';

const TEXT = 'text/plain; charset=utf-8';

/** Adds the routes of all runs, and of logs by the id of their run or build. */
export function addAllRunRoutes(routes: Routes): void {
    addRunListRoute(routes, '/actor-runs', (c) => c.env.client.runs());
    addRunRoutes(routes, '/actor-runs/:runId', (c) => c.env.client.run(param(c, 'runId')));
    addLogRoute(routes, '/logs/:jobId', (c) => c.env.client.log(param(c, 'jobId')));
}

/** Adds the route that lists runs, of one Actor or of all. */
export function addRunListRoute(routes: Routes, path: string, runsOf: Resolver<RunCollectionClient>): void {
    routes.get(path, 'runs.list', async (c) => (await runsOf(c)).list(listOptions(c)));
}

/** Adds the routes of one run, with those of its log and its default storages. */
export function addRunRoutes(routes: Routes, path: string, runOf: Resolver<RunClient>): void {
    routes.get(path, 'run.get', async (c) => {
        const run = await runOf(c);
        return afterWait(c, found(await run.get(), 'Run', c), run);
    });
    routes.put(path, 'run.update', async (c) => {
        // Some clients repeat the id, since the API's description asks for that.
        const { runId: _, ...fields } = await readFields(c);
        return (await runOf(c)).update(fields);
    });
    routes.delete(path, 'run.delete', deleteHandler('Run', runOf));
    addVerbRoutes(routes, path, runOf);
    addLogRoute(routes, `${path}/log`, async (c) => (await runOf(c)).log());
    addStorageRoutes(routes, path, runOf);
}

/** The run that a request for the last one means. */
export function lastRunQuery(c: ApiContext): LastRunOptions {
    return {
        // The client refuses all other words.
        status: text(c, 'status') as LastRunOptions['status'],
        origin: text(c, 'origin') as LastRunOptions['origin'],
    };
}

/** Adds the route of one log: as it is now, or live until its run ends. */
export function addLogRoute(routes: Routes, path: string, logOf: Resolver<LogClient>): void {
    routes.get(path, 'log.get', async (c) => {
        const log = await logOf(c);
        const options = { raw: flag(c, 'raw') };
        const headers = { ...attachmentHeaders(flag(c, 'download'), 'log.txt'), 'content-type': TEXT };
        const body = flag(c, 'stream') ? await log.stream(options) : await log.get(options);
        return answer(c, found(body, 'Log', c), { headers });
    });
}

function addVerbRoutes(routes: Routes, path: string, runOf: Resolver<RunClient>): void {
    routes.post(`${path}/abort`, 'run.abort', async (c) => {
        return (await runOf(c)).abort({ gracefully: flag(c, 'gracefully') });
    });
    routes.post(`${path}/metamorph`, 'run.metamorph', async (c) => {
        const target = requiredText(c, 'targetActorId');
        const { input, contentType } = await readRunBody(c);
        const options = { build: text(c, 'build'), contentType };
        return (await runOf(c)).metamorph(target, input, options);
    });
    routes.post(`${path}/reboot`, 'run.reboot', async (c) => (await runOf(c)).reboot());
    routes.post(`${path}/resurrect`, 'run.resurrect', async (c) => (await runOf(c)).resurrect(resurrectQuery(c)));
    routes.post(`${path}/charge`, 'run.charge', async (c) => {
        await (await runOf(c)).charge(await readCharge(c));
        return jsonAnswer(c, {}, 201);
    });
}

async function readCharge(c: ApiContext): Promise<RunChargeOptions> {
    const fields = await readFields(c);
    checkOptions('body', fields, ['eventName', 'count']);
    // The client has a default for it, the API has none.
    if (fields['count'] === undefined) throw invalid('body.count', undefined, 'a whole number, 1 or more');
    return { ...(fields as unknown as RunChargeOptions), idempotencyKey: c.req.header('idempotency-key') };
}

function addStorageRoutes(routes: Routes, path: string, runOf: Resolver<RunClient>): void {
    const recordOf = async (c: ApiContext) => found(await (await runOf(c)).get(), 'Run', c);
    addDatasetRoutes(routes, `${path}/dataset`, {
        storageOf: async (c) => (await runOf(c)).dataset(),
        idOf: async (c) => (await recordOf(c)).defaultDatasetId,
    });
    addKeyValueStoreRoutes(routes, `${path}/key-value-store`, {
        storageOf: async (c) => (await runOf(c)).keyValueStore(),
        idOf: async (c) => (await recordOf(c)).defaultKeyValueStoreId,
    });
    // By its id, as a queue of a run does not know which client speaks to it.
    addRequestQueueRoutes(routes, `${path}/request-queue`, async (c) => {
        return queueById(c, (await recordOf(c)).defaultRequestQueueId);
    });
}

function listOptions(c: ApiContext): RunListOptions {
    return {
        ...pageQuery(c),
        // The client refuses words that are no status.
        status: list(c, 'status') as RunListOptions['status'],
        startedBefore: text(c, 'startedBefore'),
        startedAfter: text(c, 'startedAfter'),
    };
}
