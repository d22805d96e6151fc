import { isSignatureValid, type SignedContents } from '../client/signed-urls.js';
import { routePath } from './context.js';
import { HttpError } from './errors.js';
import type { Client } from '../model/client/client.js';
import type { ApiAccess, ApiContext } from './context.js';

/**
 * Checks the credentials of a request from outside, and sets the client that performs it. All other requests are trusted.
 *
 * The token is in the header `Authorization: Bearer` or, if there is no such header, in the query. Without one, a request can
 * read what needs none, what its signed URL leads to, and what its owner has shared with anyone. A wrong one is always refused.
 */
export async function authenticate(c: ApiContext): Promise<void> {
    const { env } = c;
    const { access } = env;
    if (access === undefined) return;
    access.checkOpen();
    const token = tokenOf(c);
    const client = token === undefined ? await clientWithoutToken(c, access) : access.clientOfToken(token);
    if (client === undefined) throw invalidTokenError();
    env.client = client;
    if (token !== undefined) env.hinder = access.hinderOf(token);
}

const BEARER = /^bearer +(\S+) *$/i;

/** The token in the header `Authorization`; undefined if it has none. */
export function bearerToken(header: string): string | undefined {
    return BEARER.exec(header)?.[1];
}

/** The refusal of a request that has no token. */
export function missingTokenError(): HttpError {
    return new HttpError(401, 'token-not-provided', 'Authentication token was not provided.', 'token');
}

/** The refusal of a request with an unknown token. */
export function invalidTokenError(): HttpError {
    return new HttpError(401, 'invalid-token', 'Authentication token is not valid.', 'token');
}

function tokenOf({ req }: ApiContext): string | undefined {
    const header = req.header('authorization');
    return header === undefined ? req.query('token') || undefined : bearerToken(header);
}

/** An id or a name that needs no encoding: another one could be meant for another route. */
const NAME = /^[\w.~-]+$/;
/**
 * Routes that need no token, since only who has been given the id of a run or a build knows it.
 *
 * Source: the `security` of the endpoints in the API's description.
 */
const OPEN =
    /^\/v2\/(?:actor-runs\/:runId|logs\/:jobId|browser-info|(?:actor-builds|act(?:or)?s\/:actorId\/builds)\/:buildId(?:\/openapi\.json)?)$/;
const OPEN_TO_POST = /^\/v2\/(?:browser-info|tools\/decode-and-verify)$/;
/** What its owner can share with anyone; the client knows if that is so. */
const SHAREABLE = /^\/v2\/(?:datasets|key-value-stores|request-queues|actor-runs)\/:/;

async function clientWithoutToken(c: ApiContext, access: ApiAccess): Promise<Client> {
    const route = routePath(c);
    const { method } = c.req;
    if (method === 'POST' && OPEN_TO_POST.test(route)) return access.openClient();
    if (method !== 'GET' && method !== 'HEAD') throw missingTokenError();
    const params = c.req.param() as PathParams;
    const [reference = 'none', ...others] = Object.values(params);
    if (OPEN.test(route) && [reference, ...others].every((part) => NAME.test(part))) return access.openClient();
    const signatory = await findSignatory(c, params, access);
    if (signatory !== undefined) return signatory;
    if (SHAREABLE.test(route) && NAME.test(reference)) return access.openClient();
    throw missingTokenError();
}

type PathParams = Readonly<Record<string, string>>;

const SIGNED_ITEMS = /^\/v2\/(?:datasets\/:datasetId|actor-runs\/:runId\/dataset)\/items$/;
const SIGNED_RECORDS =
    /^\/v2\/(?:key-value-stores\/:storeId|actor-runs\/:runId\/key-value-store)\/(?:keys|records(?:\/:key.*)?)$/;

/** The client of the owner of what the `signature` in the query was made for, if it is valid and has not expired. */
async function findSignatory(c: ApiContext, params: PathParams, access: ApiAccess): Promise<Client | undefined> {
    const signature = c.req.query('signature');
    // Only for reading: not for what was sent as something else.
    if (signature === undefined || c.req.query('method') !== undefined) return undefined;
    const route = routePath(c);
    if (!SIGNED_ITEMS.test(route) && !SIGNED_RECORDS.test(route)) return undefined;
    const client = ownerOf(params, access);
    const info = client && (await storageOf(client, params, SIGNED_ITEMS.test(route)).get());
    if (info?.urlSigningSecretKey === undefined) return undefined;
    const { key } = params;
    const contents: SignedContents = key === undefined ? { storageId: info.id } : { recordKey: key };
    return isSignatureValid(signature, contents, info.urlSigningSecretKey, access.now()) ? client : undefined;
}

function ownerOf({ runId, datasetId, storeId = '' }: PathParams, { ownerClient }: ApiAccess): Client | undefined {
    if (runId !== undefined) return ownerClient('run', runId);
    return datasetId === undefined ? ownerClient('keyValueStore', storeId) : ownerClient('dataset', datasetId);
}

function storageOf(client: Client, { runId, datasetId = '', storeId = '' }: PathParams, isDataset: boolean) {
    const run = runId === undefined ? undefined : client.run(runId);
    if (isDataset) return run?.dataset() ?? client.dataset(datasetId);
    return run?.keyValueStore() ?? client.keyValueStore(storeId);
}
