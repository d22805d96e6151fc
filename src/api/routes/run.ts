import { afterWait } from '../after-wait.js';
import { dataAnswer } from '../answers.js';
import { readFields } from '../body.js';
import { found } from '../found.js';
import { pageQuery } from '../page-query.js';
import { readRunBody } from '../run-body.js';
import { resurrectQuery } from '../run-query.js';
import { chargeRoutes } from './charge.js';
import { datasetRoutes } from './dataset.js';
import { keyValueStoreRoutes } from './key-value-store.js';
import { logRoutes } from './log.js';
import { queueOfRun, requestQueueRoutes } from './request-queue.js';
import { resourceRoutes } from './resource.js';
import type { LastRunOptions, RunClient, RunCollectionClient, RunListOptions } from '../../model/client.js';
import type { Resolver, RouteCall, RouteTable } from '../route.js';

/** The route that lists runs, of one Actor or of all. */
export function runListRoutes(path: string, resolve: Resolver<RunCollectionClient>): RouteTable {
    return {
        [`GET ${path}`]: async (call) => {
            const runs = await resolve(call);
            return dataAnswer(await runs.list(listOptions(call)));
        },
    };
}

/** The routes of one run, with those of its log and its default storages. */
export function runRoutes(path: string, resolve: Resolver<RunClient>): RouteTable {
    return {
        ...resourceRoutes(path, 'Run', resolve),
        [`GET ${path}`]: async (call) => {
            const run = await resolve(call);
            const record = found(await run.get(), 'Run', call);
            return dataAnswer(await afterWait(record, run, call));
        },
        [`PUT ${path}`]: async (call) => {
            const run = await resolve(call);
            // Some clients repeat the id, since the API's description asks for that.
            const { runId: _, ...fields } = await readFields(call.request);
            return dataAnswer(await run.update(fields));
        },
        ...verbRoutes(path, resolve),
        ...chargeRoutes(`${path}/charge`, resolve),
        ...logRoutes(`${path}/log`, async (call) => (await resolve(call)).log()),
        ...datasetRoutes(`${path}/dataset`, {
            resolve: async (call) => (await resolve(call)).dataset(),
            idOf: async (call) => found(await (await resolve(call)).get(), 'Run', call).defaultDatasetId,
        }),
        ...keyValueStoreRoutes(`${path}/key-value-store`, {
            resolve: async (call) => (await resolve(call)).keyValueStore(),
            idOf: async (call) => found(await (await resolve(call)).get(), 'Run', call).defaultKeyValueStoreId,
        }),
        ...requestQueueRoutes(`${path}/request-queue`, async (call) => queueOfRun(call, await resolve(call))),
    };
}

/** Which run a request for the last one means. */
export function lastRunQuery({ query }: RouteCall): LastRunOptions {
    return {
        // The client refuses all other words.
        status: query.text('status') as LastRunOptions['status'],
        origin: query.text('origin') as LastRunOptions['origin'],
    };
}

function verbRoutes(path: string, resolve: Resolver<RunClient>): RouteTable {
    return {
        [`POST ${path}/abort`]: async (call) => {
            const run = await resolve(call);
            return dataAnswer(await run.abort({ gracefully: call.query.flag('gracefully') }));
        },
        [`POST ${path}/metamorph`]: async (call) => {
            const run = await resolve(call);
            const target = call.query.requiredText('targetActorId');
            const { input, contentType } = await readRunBody(call.request);
            const options = { build: call.query.text('build'), contentType };
            return dataAnswer(await run.metamorph(target, input, options));
        },
        [`POST ${path}/reboot`]: async (call) => {
            const run = await resolve(call);
            return dataAnswer(await run.reboot());
        },
        [`POST ${path}/resurrect`]: async (call) => {
            const run = await resolve(call);
            return dataAnswer(await run.resurrect(resurrectQuery(call.query)));
        },
    };
}

function listOptions({ query }: RouteCall): RunListOptions {
    return {
        ...pageQuery(query),
        // The client refuses words that are no status.
        status: query.list('status') as RunListOptions['status'],
        startedBefore: query.text('startedBefore'),
        startedAfter: query.text('startedAfter'),
    };
}
