import { isSignatureValid, type SignedContents } from '../client/signed-urls.js';
import { routePath } from './context.js';
import { ApiRefusal } from './errors.js';
import type { Client } from '../model/client.js';
import type { ApiAccess, ApiContext } from './context.js';

/**
 * Checks the credentials of a request from outside, and sets the client that performs it. All other requests are trusted.
 *
 * The token is in the header `Authorization: Bearer` or, if there is no such header, in the query. Without one, a request can
 * read what needs none, what its signed URL leads to, and what its owner has shared with anyone. A wrong one is always refused.
 */
export async function admit(c: ApiContext): Promise<void> {
    const { env } = c;
    const { access } = env;
    if (access === undefined) return;
    access.checkOpen();
    const token = tokenOf(c);
    const client = token === undefined ? await clientWithoutToken(c, access) : access.clientOfToken(token);
    if (client === undefined) throw wrongToken();
    env.client = client;
    if (token !== undefined) env.hinder = access.hinderOf(token);
}

const BEARER = /^bearer +(\S+) *$/i;
const REMEDY = 'Send `Authorization: Bearer <token>`, with the token of the engine: `engine.token`.';

/** The token in the header `Authorization`; undefined if it has none. */
export function bearerToken(header: string): string | undefined {
    return BEARER.exec(header)?.[1];
}

/** The refusal of a request that has no token. */
export function noToken(): ApiRefusal {
    return new ApiRefusal(401, 'token-not-provided', `Authentication token was not provided. ${REMEDY}`);
}

/** The refusal of a request with an unknown token. */
export function wrongToken(): ApiRefusal {
    return new ApiRefusal(401, 'invalid-token', `Authentication token is not valid. ${REMEDY}`);
}

function tokenOf({ req }: ApiContext): string | undefined {
    const header = req.header('authorization');
    return header === undefined ? req.query('token') || undefined : bearerToken(header);
}

/**
 * Routes that need no token, since only who has been given the id of a run or a build knows it.
 *
 * Source: the `security` of the endpoints in the API's description.
 */
const OPEN_TO_READ = /^\/v2\/(?:actor-runs\/:runId|logs\/:jobId|browser-info)$/;
const OPEN_BUILDS = /^\/v2\/(?:actor-builds|act(?:or)?s\/:actorId\/builds)\/(?::buildId|default)(?:\/openapi\.json)?$/;
const OPEN_TO_POST = /^\/v2\/(?:browser-info|tools\/decode-and-verify)$/;
/** What its owner can share with anyone; the client knows if that is so. */
const SHAREABLE = /^\/v2\/(?:datasets|key-value-stores|request-queues|actor-runs)\/:/;
/** An id or a name that needs no encoding. */
const NAME = /^[\w.~-]+$/;

async function clientWithoutToken(c: ApiContext, access: ApiAccess): Promise<Client> {
    const route = routePath(c);
    const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
    const [reference, ...others] = Object.values(c.req.param() as Record<string, string>);
    const isNamed = reference === undefined || NAME.test(reference);
    if (isReading) {
        const isOpen = OPEN_TO_READ.test(route) || OPEN_BUILDS.test(route);
        if (isOpen && isNamed && others.every((other) => NAME.test(other))) return access.openClient();
        const signatory = await findSignatory(c, route, access);
        if (signatory !== undefined) return signatory;
        if (SHAREABLE.test(route) && isNamed) return access.openClient();
    } else if (c.req.method === 'POST' && OPEN_TO_POST.test(route)) {
        return access.openClient();
    }
    throw noToken();
}

const SIGNED_ITEMS = /^\/v2\/(?:datasets\/:datasetId|actor-runs\/:runId\/dataset)\/items$/;
const SIGNED_RECORDS =
    /^\/v2\/(?:key-value-stores\/:storeId|actor-runs\/:runId\/key-value-store)\/(?:keys|records(?:\/:key.*)?)$/;

/** The client of the owner of what the `signature` in the query was made for, if it is valid and has not expired. */
async function findSignatory({ req }: ApiContext, route: string, access: ApiAccess): Promise<Client | undefined> {
    const signature = req.query('signature');
    // Only for reading: not for what was sent as something else.
    if (signature === undefined || req.query('method') !== undefined) return undefined;
    if (!SIGNED_ITEMS.test(route) && !SIGNED_RECORDS.test(route)) return undefined;
    const { runId, datasetId, storeId = '', key } = req.param() as Record<string, string>;
    const client =
        runId === undefined
            ? access.ownerClient(datasetId === undefined ? 'keyValueStore' : 'dataset', datasetId ?? storeId)
            : access.ownerClient('run', runId);
    if (client === undefined) return undefined;
    const run = runId === undefined ? undefined : client.run(runId);
    const storage = SIGNED_ITEMS.test(route)
        ? (run?.dataset() ?? client.dataset(datasetId!))
        : (run?.keyValueStore() ?? client.keyValueStore(storeId));
    const info = await storage.get();
    if (info?.urlSigningSecretKey === undefined) return undefined;
    const contents: SignedContents = key === undefined ? { storageId: info.id } : { recordKey: key };
    return isSignatureValid(signature, contents, info.urlSigningSecretKey, access.now()) ? client : undefined;
}
