import { EngineError } from '../../errors/engine-error.js';
import { show } from '../../util/check.js';
import { dataAnswer, emptyAnswer } from '../answers.js';
import { readFields } from '../body.js';
import { found } from '../found.js';
import type { RequestQueueClient } from '../../model/client.js';
import type { QueueOperationOptions, QueueRequest } from '../../model/storage.js';
import type { Resolver, RouteCall, RouteTable } from '../route.js';

/** Where an added or returned request is to go. */
export function forefrontQuery({ query }: RouteCall): QueueOperationOptions {
    return { forefront: query.flag('forefront') };
}

/** The routes of one request of a queue. */
export function requestRoutes(path: string, resolve: Resolver<RequestQueueClient>): RouteTable {
    const request = `${path}/requests/:requestId`;
    return {
        [`GET ${request}`]: async (call) => {
            const queue = await resolve(call);
            return dataAnswer(found(await queue.getRequest(call.param('requestId')), 'Request', call));
        },
        [`PUT ${request}`]: async (call) => {
            const queue = await resolve(call);
            return dataAnswer(await queue.updateRequest(await readRequest(call), forefrontQuery(call)));
        },
        [`DELETE ${request}`]: async (call) => {
            const queue = await resolve(call);
            await queue.deleteRequest(call.param('requestId'));
            return emptyAnswer();
        },
        [`PUT ${request}/lock`]: async (call) => {
            const queue = await resolve(call);
            // A queue refuses a lock without `lockSecs`.
            const options = { lockSecs: call.query.number('lockSecs') as number, ...forefrontQuery(call) };
            return dataAnswer(await queue.prolongRequestLock(call.param('requestId'), options));
        },
        [`DELETE ${request}/lock`]: async (call) => {
            const queue = await resolve(call);
            await queue.deleteRequestLock(call.param('requestId'), forefrontQuery(call));
            return emptyAnswer();
        },
    };
}

/** The request that is to be put at a path, which may leave its id to the path. */
async function readRequest(call: RouteCall): Promise<QueueRequest> {
    const id = call.param('requestId');
    const fields = await readFields(call.request);
    if (fields.id !== undefined && fields.id !== id) {
        const message = `The request in the body has the id ${show(fields.id)}, but the path says '${id}'. Use the same in both.`;
        throw new EngineError('request-id-invalid', message, { details: { id } });
    }
    return { ...fields, id } as QueueRequest;
}
