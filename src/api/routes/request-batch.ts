import { checkBatch } from '../../storage/request-queue-options.js';
import { dataAnswer } from '../answers.js';
import { readJson } from '../body.js';
import { forefrontQuery } from './request.js';
import type { RequestQueueClient } from '../../model/client.js';
import type { NewQueueRequest } from '../../model/storage.js';
import type { Resolver, RouteTable } from '../route.js';

/** The routes of a queue that work on several of its requests at once. */
export function batchRoutes(path: string, resolve: Resolver<RequestQueueClient>): RouteTable {
    return {
        [`POST ${path}/requests/batch`]: async (call) => {
            const queue = await resolve(call);
            const requests = await readBatch(call.request);
            return dataAnswer(await queue.batchAddRequests(requests as NewQueueRequest[], forefrontQuery(call)), 201);
        },
        [`DELETE ${path}/requests/batch`]: async (call) => {
            const queue = await resolve(call);
            const requests = await readBatch(call.request);
            return dataAnswer(await queue.batchDeleteRequests(requests as { id: string }[]));
        },
        [`POST ${path}/requests/unlock`]: async (call) => {
            const queue = await resolve(call);
            return dataAnswer(await queue.unlockRequests());
        },
    };
}

/** In process a batch may have any size; over HTTP it has the platform's. */
async function readBatch(request: Request): Promise<unknown[]> {
    const requests = await readJson(request);
    checkBatch(requests);
    return requests;
}
