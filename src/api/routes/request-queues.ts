import { EngineError } from '../../errors/engine-error.js';
import { checkBatch } from '../../storage/request-queue/request-queue-options.js';
import { show } from '../../util/check.js';
import { dataResponse } from '../responses.js';
import { readFields, readJson } from '../body.js';
import { orNotFound } from '../errors.js';
import { flag, list, number, readQuery, text, type Readers } from '../query.js';
import { param, routesBelow, type AddRoute } from '../route.js';
import { addResourceRoutes } from './resource.js';
import type { RequestQueueClient } from '../../model/client/storage.js';
import type {
    NewQueueRequest,
    QueueListOptions,
    QueueOperationOptions,
    QueueRequest,
} from '../../model/api/storage.js';
import type { ApiContext, Resolver } from '../context.js';

/** Returns the client of a queue by its id or name, with the `clientKey` of the request. */
export function queueById(c: ApiContext, reference: string): RequestQueueClient {
    return c.env.client.requestQueue(reference, { clientKey: text(c, 'clientKey') });
}

/** Adds the routes of one request queue. */
export function addRequestQueueRoutes(route: AddRoute, path: string, queueOf: Resolver<RequestQueueClient>): void {
    addResourceRoutes(route, path, { noun: 'requestQueue', kind: 'Request queue' }, queueOf);
    const at = routesBelow(route, path, queueOf);
    at('GET', '/head', 'requestQueue.listHead', (queue, c) => queue.listHead({ limit: number(c, 'limit') }));
    at('POST', '/head/lock', 'requestQueue.listAndLockHead', async (queue, c) => {
        const options = { lockSecs: number(c, 'lockSecs') as number, limit: number(c, 'limit') };
        return dataResponse(c, await queue.listAndLockHead(options), 201);
    });
    at('POST', '/requests/batch', 'requestQueue.batchAddRequests', async (queue, c) => {
        const requests = (await readBatch(c)) as NewQueueRequest[];
        return dataResponse(c, await queue.batchAddRequests(requests, readQuery(c, FOREFRONT)), 201);
    });
    at('DELETE', '/requests/batch', 'requestQueue.batchDeleteRequests', async (queue, c) =>
        queue.batchDeleteRequests((await readBatch(c)) as { id: string }[]),
    );
    at('POST', '/requests/unlock', 'requestQueue.unlockRequests', (queue) => queue.unlockRequests());
    at('GET', '/requests', 'requestQueue.listRequests', (queue, c) => queue.listRequests(readQuery(c, LIST)));
    at('POST', '/requests', 'requestQueue.addRequest', async (queue, c) => {
        // The queue checks requests, as it does for callers in process.
        const request = (await readFields(c)) as NewQueueRequest;
        return dataResponse(c, await queue.addRequest(request, readQuery(c, FOREFRONT)), 201);
    });
    addRequestRoutes(routesBelow(route, `${path}/requests/:requestId`, queueOf));
}

function addRequestRoutes(at: AddRoute<(queue: RequestQueueClient, c: ApiContext) => unknown>): void {
    at('GET', '', 'requestQueue.getRequest', async (queue, c) =>
        orNotFound(await queue.getRequest(param(c, 'requestId')), 'Request', c),
    );
    at('PUT', '', 'requestQueue.updateRequest', async (queue, c) =>
        queue.updateRequest(await readRequest(c), readQuery(c, FOREFRONT)),
    );
    at('DELETE', '', 'requestQueue.deleteRequest', (queue, c) => queue.deleteRequest(param(c, 'requestId')));
    at('PUT', '/lock', 'requestQueue.prolongRequestLock', (queue, c) =>
        queue.prolongRequestLock(param(c, 'requestId'), readQuery(c, LOCK)),
    );
    at('DELETE', '/lock', 'requestQueue.deleteRequestLock', (queue, c) =>
        queue.deleteRequestLock(param(c, 'requestId'), readQuery(c, FOREFRONT)),
    );
}

const LIST: Readers<QueueListOptions> = { limit: number, cursor: text, exclusiveStartId: text, filter: list };
const FOREFRONT: Readers<QueueOperationOptions> = { forefront: flag };
/** A queue rejects a lock without `lockSecs`. */
const LOCK: Readers<QueueOperationOptions & { lockSecs: number }> = { ...FOREFRONT, lockSecs: number };

/** Reads a batch, whose size is limited as on the platform; in process it is not. */
async function readBatch(c: ApiContext): Promise<unknown[]> {
    const requests = await readJson(c);
    checkBatch(requests);
    return requests;
}

/** Reads a request whose id is in the path, and may be in the body. */
async function readRequest(c: ApiContext): Promise<QueueRequest> {
    const id = param(c, 'requestId');
    const fields = await readFields(c);
    if (fields.id !== undefined && fields.id !== id) {
        const message = `The request in the body has the id ${show(fields.id)}, but the path has '${id}'. Use the same id in both.`;
        throw new EngineError('request-id-invalid', message, { details: { id } });
    }
    return { ...fields, id } as QueueRequest;
}
