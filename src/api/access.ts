import { noToken, tokenOf, wrongToken } from './credentials.js';
import { errorAnswer } from './error-answer.js';
import { overrideMethod } from './method-override.js';
import { isOpenRoute } from './open-routes.js';
import { answerOptions, routeRequest } from './router.js';
import { hasValidSignature } from './signed-access.js';
import type { Client } from '../model/client.js';

/** On whose behalf requests from outside are answered. */
export interface ApiAccess {
    /** The client of whoever has this token; undefined for a token that nobody has. */
    readonly clientOfToken: (token: string) => Client | undefined;
    /** The client that answers what needs no token. */
    readonly openClient: () => Client;
    /** The engine's time, in milliseconds since the epoch. */
    readonly now: () => number;
}

/**
 * Answers a request for Apify API v2 from outside: one that nobody has checked yet. Never throws.
 *
 * Its token is in the header `Authorization: Bearer` or, if there is no such header, in the query. What can be read without
 * a token still refuses a wrong one. Neither does what a signed URL leads to need one.
 */
export async function answerForeignRequest(request: Request, access: ApiAccess): Promise<Response> {
    try {
        // First, since what a request may do depends on what it means to do.
        const meant = overrideMethod(request);
        if (meant.method === 'OPTIONS') return answerOptions(meant);
        return await routeRequest(meant, { client: await clientFor(meant, access), isFromOutside: true });
    } catch (error) {
        return errorAnswer(error);
    }
}

async function clientFor(request: Request, { clientOfToken, openClient, now }: ApiAccess): Promise<Client> {
    const token = tokenOf(request);
    if (token === undefined) {
        if (isOpenRoute(request) || (await hasValidSignature(request, openClient(), now()))) return openClient();
        throw noToken();
    }
    const client = clientOfToken(token);
    if (client === undefined) throw wrongToken();
    return client;
}
