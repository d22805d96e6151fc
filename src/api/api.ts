import { errorAnswer } from './error-answer.js';
import { overrideMethod } from './method-override.js';
import { routeRequest } from './router.js';
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
 */
export function answerApiRequest(request: Request, client: Client): Promise<Response> {
    try {
        return routeRequest(overrideMethod(request), { client });
    } catch (error) {
        return Promise.resolve(errorAnswer(error));
    }
}
