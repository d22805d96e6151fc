import { noToken, tokenOf, wrongToken } from './credentials.js';
import { errorAnswer } from './error-answer.js';
import { overrideMethod } from './method-override.js';
import { isOpenRoute } from './open-routes.js';
import { answerOptions, routeRequest } from './router.js';
import type { Client } from '../model/client.js';

/** On whose behalf requests from outside are answered. */
export interface ApiAccess {
    /** The client of whoever has this token; undefined for a token that nobody has. */
    readonly clientOfToken: (token: string) => Client | undefined;
    /** The client that answers what needs no token. */
    readonly openClient: () => Client;
}

/**
 * Answers a request for Apify API v2 from outside: one that nobody has checked yet. Never throws.
 *
 * Its token is in the header `Authorization: Bearer` or, if there is no such header, in the query. What can be read without
 * a token still refuses a wrong one.
 */
export async function answerForeignRequest(request: Request, access: ApiAccess): Promise<Response> {
    try {
        // First, since what a request may do depends on what it means to do.
        const meant = overrideMethod(request);
        if (meant.method === 'OPTIONS') return answerOptions(meant);
        return await routeRequest(meant, { client: clientFor(meant, access), isFromOutside: true });
    } catch (error) {
        return errorAnswer(error);
    }
}

function clientFor(request: Request, { clientOfToken, openClient }: ApiAccess): Client {
    const token = tokenOf(request);
    if (token === undefined) {
        if (isOpenRoute(request)) return openClient();
        throw noToken();
    }
    const client = clientOfToken(token);
    if (client === undefined) throw wrongToken();
    return client;
}
