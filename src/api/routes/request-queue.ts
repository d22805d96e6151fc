import { dataAnswer } from '../answers.js';
import { readFields } from '../body.js';
import { found } from '../found.js';
import { batchRoutes } from './request-batch.js';
import { forefrontQuery, requestRoutes } from './request.js';
import { resourceRoutes } from './resource.js';
import type { RequestQueueClient, RunClient } from '../../model/client.js';
import type { NewQueueRequest, QueueListOptions } from '../../model/storage.js';
import type { Resolver, RouteCall, RouteTable } from '../route.js';

/** A queue by its id or name, spoken to by the client that the request names. */
export function queueById({ client, query }: RouteCall, reference: string): RequestQueueClient {
    return client.requestQueue(reference, { clientKey: query.text('clientKey') });
}

/** The default queue of a run, spoken to by the client that the request names. */
export async function queueOfRun(call: RouteCall, run: RunClient): Promise<RequestQueueClient> {
    const { defaultRequestQueueId } = found(await run.get(), 'Run', call);
    return queueById(call, defaultRequestQueueId);
}

/** The routes of one request queue. */
export function requestQueueRoutes(path: string, resolve: Resolver<RequestQueueClient>): RouteTable {
    return {
        ...resourceRoutes(path, 'Request queue', resolve),
        [`GET ${path}/head`]: async (call) => {
            const queue = await resolve(call);
            return dataAnswer(await queue.listHead({ limit: call.query.number('limit') }));
        },
        [`POST ${path}/head/lock`]: async (call) => {
            const queue = await resolve(call);
            const { query } = call;
            // A queue refuses a lock without `lockSecs`.
            const options = { lockSecs: query.number('lockSecs') as number, limit: query.number('limit') };
            return dataAnswer(await queue.listAndLockHead(options), 201);
        },
        [`GET ${path}/requests`]: async (call) => {
            const queue = await resolve(call);
            return dataAnswer(await queue.listRequests(listOptions(call)));
        },
        [`POST ${path}/requests`]: async (call) => {
            const queue = await resolve(call);
            // Requests are checked by the queue, here as for callers in process.
            const request = (await readFields(call.request)) as NewQueueRequest;
            return dataAnswer(await queue.addRequest(request, forefrontQuery(call)), 201);
        },
        ...batchRoutes(path, resolve),
        ...requestRoutes(path, resolve),
    };
}

function listOptions({ query }: RouteCall): QueueListOptions {
    return {
        limit: query.number('limit'),
        cursor: query.text('cursor'),
        exclusiveStartId: query.text('exclusiveStartId'),
        filter: query.list('filter') as QueueListOptions['filter'],
    };
}
