import { routePath } from './context.js';
import { HttpError } from './errors.js';
import type { Client } from '../model/client/client.js';
import type { ApiAccess, ApiContext } from './context.js';

/**
 * Checks the credentials of an external request, and sets the client that performs it. All other requests are trusted.
 *
 * The token is in the header `Authorization: Bearer` or, without that header, in the query. A request without a token can read
 * public routes, and resources that their owner shares. A wrong token is always rejected.
 */
export function authenticate(c: ApiContext): void {
    const { env } = c;
    const { access } = env;
    if (access === undefined) return;
    access.assertOpen();
    const token = readToken(c);
    const client = token === undefined ? resolveAnonymousClient(c, access) : access.clientOfToken(token);
    if (client === undefined) throw invalidTokenError();
    env.client = client;
    if (token !== undefined) env.faultHook = access.faultHookOf(token);
}

const BEARER = /^bearer +(\S+) *$/i;

/** Returns the token in the header `Authorization`, if it has one. */
export function bearerToken(header: string): string | undefined {
    return BEARER.exec(header)?.[1];
}

/** Creates the error for a request without a token. */
export function missingTokenError(): HttpError {
    return new HttpError(401, 'token-not-provided', 'Authentication token was not provided.', 'token');
}

/** Creates the error for a request with an unknown token. */
export function invalidTokenError(): HttpError {
    return new HttpError(401, 'invalid-token', 'Authentication token is not valid.', 'token');
}

function readToken({ req }: ApiContext): string | undefined {
    const header = req.header('authorization');
    return header === undefined ? req.query('token') || undefined : bearerToken(header);
}

/** An id or name that needs no encoding. Any other one could belong to another route. */
const NAME = /^[\w.~-]+$/;
/**
 * Routes that need no token: the Store is public, and the id of a run or a build is known only to those who received it.
 *
 * Source: the `security` of the endpoints in the API's description.
 */
const PUBLIC =
    /^\/v2\/(?:actor-runs\/:runId|logs\/:jobId|store|browser-info|(?:actor-builds|act(?:or)?s\/:actorId\/builds)\/:buildId(?:\/openapi\.json)?)$/;
const PUBLIC_POST = /^\/v2\/(?:browser-info|tools\/decode-and-verify)$/;
/** Resources that an owner can share with anyone, or by a signed URL; the client checks if they are shared. */
const SHAREABLE = /^\/v2\/(?:datasets|key-value-stores|request-queues|actor-runs)\/:/;

function resolveAnonymousClient(c: ApiContext, access: ApiAccess): Client {
    const route = routePath(c);
    const { method } = c.req;
    if (method === 'POST' && PUBLIC_POST.test(route)) return access.anonymousClient();
    if (method !== 'GET' && method !== 'HEAD') throw missingTokenError();
    const parts = Object.values(c.req.param() as Readonly<Record<string, string>>);
    if (PUBLIC.test(route) && parts.every((part) => NAME.test(part))) return access.anonymousClient();
    if (SHAREABLE.test(route) && NAME.test(parts[0] ?? '')) return access.anonymousClient();
    throw missingTokenError();
}
