import { EngineError } from '../../errors/engine-error.js';
import { checkBatch } from '../../storage/request-queue-options.js';
import { show } from '../../util/check.js';
import { dataAnswer, emptyAnswer } from '../answers.js';
import { readFields, readJson } from '../body.js';
import { found } from '../errors.js';
import { flag, list, number, text } from '../query.js';
import { param, type Routes } from '../route.js';
import { addResourceRoutes } from './resource.js';
import type { RequestQueueClient } from '../../model/client.js';
import type { NewQueueRequest, QueueListOptions, QueueOperationOptions, QueueRequest } from '../../model/storage.js';
import type { ApiContext, Resolver } from '../context.js';

type QueueResolver = Resolver<RequestQueueClient>;

/** A queue by its id or name, for the client that the request names. */
export function queueById(c: ApiContext, reference: string): RequestQueueClient {
    return c.env.client.requestQueue(reference, { clientKey: text(c, 'clientKey') });
}

/** Adds the routes of one request queue. */
export function addRequestQueueRoutes(routes: Routes, path: string, queueOf: QueueResolver): void {
    addResourceRoutes(routes, path, { noun: 'requestQueue', kind: 'Request queue' }, queueOf);
    addHeadRoutes(routes, path, queueOf);
    addBatchRoutes(routes, path, queueOf);
    routes.get(`${path}/requests`, 'requestQueue.listRequests', async (c) =>
        (await queueOf(c)).listRequests(listOptions(c)),
    );
    routes.post(`${path}/requests`, 'requestQueue.addRequest', async (c) => {
        const queue = await queueOf(c);
        // The queue checks requests, as it does for callers in process.
        const request = (await readFields(c)) as NewQueueRequest;
        return dataAnswer(c, await queue.addRequest(request, forefrontQuery(c)), 201);
    });
    addRequestRoutes(routes, `${path}/requests/:requestId`, queueOf);
    addLockRoutes(routes, `${path}/requests/:requestId/lock`, queueOf);
}

function addHeadRoutes(routes: Routes, path: string, queueOf: QueueResolver): void {
    routes.get(`${path}/head`, 'requestQueue.listHead', async (c) => {
        return (await queueOf(c)).listHead({ limit: number(c, 'limit') });
    });
    routes.post(`${path}/head/lock`, 'requestQueue.listAndLockHead', async (c) => {
        const queue = await queueOf(c);
        const options = { ...lockQuery(c), limit: number(c, 'limit') };
        return dataAnswer(c, await queue.listAndLockHead(options), 201);
    });
}

/** Routes for several requests at once. */
function addBatchRoutes(routes: Routes, path: string, queueOf: QueueResolver): void {
    routes.post(`${path}/requests/batch`, 'requestQueue.batchAddRequests', async (c) => {
        const queue = await queueOf(c);
        const requests = (await readBatch(c)) as NewQueueRequest[];
        return dataAnswer(c, await queue.batchAddRequests(requests, forefrontQuery(c)), 201);
    });
    routes.delete(`${path}/requests/batch`, 'requestQueue.batchDeleteRequests', async (c) => {
        const queue = await queueOf(c);
        return queue.batchDeleteRequests((await readBatch(c)) as { id: string }[]);
    });
    routes.post(`${path}/requests/unlock`, 'requestQueue.unlockRequests', async (c) =>
        (await queueOf(c)).unlockRequests(),
    );
}

function addRequestRoutes(routes: Routes, path: string, queueOf: QueueResolver): void {
    routes.get(path, 'requestQueue.getRequest', async (c) => {
        const queue = await queueOf(c);
        return found(await queue.getRequest(param(c, 'requestId')), 'Request', c);
    });
    routes.put(path, 'requestQueue.updateRequest', async (c) => {
        const queue = await queueOf(c);
        return queue.updateRequest(await readRequest(c), forefrontQuery(c));
    });
    routes.delete(path, 'requestQueue.deleteRequest', async (c) => {
        await (await queueOf(c)).deleteRequest(param(c, 'requestId'));
        return emptyAnswer(c);
    });
}

function addLockRoutes(routes: Routes, path: string, queueOf: QueueResolver): void {
    routes.put(path, 'requestQueue.prolongRequestLock', async (c) => {
        const queue = await queueOf(c);
        const options = { ...lockQuery(c), ...forefrontQuery(c) };
        return queue.prolongRequestLock(param(c, 'requestId'), options);
    });
    routes.delete(path, 'requestQueue.deleteRequestLock', async (c) => {
        await (await queueOf(c)).deleteRequestLock(param(c, 'requestId'), forefrontQuery(c));
        return emptyAnswer(c);
    });
}

function forefrontQuery(c: ApiContext): QueueOperationOptions {
    return { forefront: flag(c, 'forefront') };
}

/** A queue refuses a lock without `lockSecs`. */
function lockQuery(c: ApiContext): { lockSecs: number } {
    return { lockSecs: number(c, 'lockSecs') as number };
}

function listOptions(c: ApiContext): QueueListOptions {
    return {
        limit: number(c, 'limit'),
        cursor: text(c, 'cursor'),
        exclusiveStartId: text(c, 'exclusiveStartId'),
        filter: list(c, 'filter') as QueueListOptions['filter'],
    };
}

/** In process a batch may have any size; over HTTP it has the platform's. */
async function readBatch(c: ApiContext): Promise<unknown[]> {
    const requests = await readJson(c);
    checkBatch(requests);
    return requests;
}

/** Reads the request for a path, which may leave its id to the path. */
async function readRequest(c: ApiContext): Promise<QueueRequest> {
    const id = param(c, 'requestId');
    const fields = await readFields(c);
    if (fields.id !== undefined && fields.id !== id) {
        const message = `The request in the body has the id ${show(fields.id)}, but the path says '${id}'. Use the same in both.`;
        throw new EngineError('request-id-invalid', message, { details: { id } });
    }
    return { ...fields, id } as QueueRequest;
}
