import { errorAnswer } from './error-answer.js';
import { overrideMethod } from './method-override.js';
import { routeRequest } from './router.js';
import type { Hinder } from '../protocol/operations.js';
import type { Client } from '../model/client.js';

/**
 * Answers a request for Apify API v2 by means of a client.
 *
 * Never throws: what goes wrong becomes an answer in the API's shape, `{ error: { type, message } }`.
 *
 * Every request is trusted. What it may do, and on whose behalf, is decided by whoever picks the client that is handed
 * in; that is also where tokens are to be checked. Nothing behind this function looks at credentials.
 *
 * @param request - Only its path and query count, not its host.
 * @param hinder - What the operation is to meet with before it is done.
 */
export function answerApiRequest(request: Request, client: Client, hinder?: Hinder): Promise<Response> {
    try {
        return routeRequest(overrideMethod(request), { client, hinder });
    } catch (error) {
        return Promise.resolve(errorAnswer(error));
    }
}
