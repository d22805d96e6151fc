import { noToken, tokenOf, wrongToken } from './credentials.js';
import { errorAnswer } from './error-answer.js';
import { overrideMethod } from './method-override.js';
import { isOpenRoute, isShareableRoute } from './open-routes.js';
import { answerOptions, routeRequest } from './router.js';
import { findSignatory } from './signed-access.js';
import type { Hinder } from '../protocol/operations.js';
import type { Client } from '../model/client.js';

/** What a signed URL can lead to. */
export type OwnedKind = 'run' | 'dataset' | 'keyValueStore';

/** On whose behalf requests from outside are answered. */
export interface ApiAccess {
    /** The client of whoever has this token; undefined for a token that nobody has. */
    readonly clientOfToken: (token: string) => Client | undefined;
    /** What the operations of whoever has this token are to meet with, if anything. */
    readonly hinderOf: (token: string) => Hinder | undefined;
    /** The client of whoever has no token, which tells what anybody may know. */
    readonly openClient: () => Client;
    /** The client of whoever has a run or a storage; undefined if there is none. */
    readonly ownerClient: (kind: OwnedKind, reference: string) => Client | undefined;
    /** The engine's time, in milliseconds since the epoch. */
    readonly now: () => number;
}

/**
 * Answers a request for Apify API v2 from outside: one that nobody has checked yet. Never throws.
 *
 * Its token is in the header `Authorization: Bearer` or, if there is no such header, in the query. What can be read without
 * a token still refuses a wrong one. Neither does what a signed URL leads to
 * need one, nor what its owner has shared with everybody.
 */
export function answerForeignRequest(request: Request, access: ApiAccess): Promise<Response> {
    try {
        // First, since what a request may do depends on what it means to do.
        const meant = overrideMethod(request);
        if (meant.method === 'OPTIONS') return Promise.resolve(answerOptions(meant));
        const token = tokenOf(meant);
        // Nearly all requests have a token, and each promise more is one to wait for.
        return token === undefined ? answerWithoutToken(meant, access) : answerWithToken(meant, token, access);
    } catch (error) {
        return Promise.resolve(errorAnswer(error));
    }
}

function answerWithToken(request: Request, token: string, access: ApiAccess): Promise<Response> {
    const client = access.clientOfToken(token);
    if (client === undefined) throw wrongToken();
    return routeRequest(request, { client, isFromOutside: true, hinder: access.hinderOf(token) });
}

async function answerWithoutToken(request: Request, access: ApiAccess): Promise<Response> {
    try {
        return await routeRequest(request, { client: await clientWithoutToken(request, access), isFromOutside: true });
    } catch (error) {
        return errorAnswer(error);
    }
}

async function clientWithoutToken(request: Request, access: ApiAccess): Promise<Client> {
    if (isOpenRoute(request)) return access.openClient();
    const signatory = await findSignatory(request, access);
    if (signatory) return signatory;
    // Whether it has been shared is for the client to say.
    if (isShareableRoute(request)) return access.openClient();
    throw noToken();
}
