import { isSignatureValid, type SignedContents } from '../client/signed-urls.js';
import { routePath } from './context.js';
import { HttpError } from './errors.js';
import type { Client } from '../model/client/client.js';
import type { ApiAccess, ApiContext } from './context.js';

/**
 * Checks the credentials of an external request, and sets the client that performs it. All other requests are trusted.
 *
 * The token is in the header `Authorization: Bearer` or, without that header, in the query. A request without a token can read
 * public routes, the resource of a signed URL, and resources that their owner shares with anyone. A wrong token is always
 * rejected.
 */
export async function authenticate(c: ApiContext): Promise<void> {
    const { env } = c;
    const { access } = env;
    if (access === undefined) return;
    access.assertOpen();
    const token = readToken(c);
    const client = token === undefined ? await resolveAnonymousClient(c, access) : access.clientOfToken(token);
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
 * Routes that need no token: the id of a run or a build is known only to those who received it.
 *
 * Source: the `security` of the endpoints in the API's description.
 */
const PUBLIC =
    /^\/v2\/(?:actor-runs\/:runId|logs\/:jobId|browser-info|(?:actor-builds|act(?:or)?s\/:actorId\/builds)\/:buildId(?:\/openapi\.json)?)$/;
const PUBLIC_POST = /^\/v2\/(?:browser-info|tools\/decode-and-verify)$/;
/** Resources that an owner can share with anyone; the client checks if they are shared. */
const SHAREABLE = /^\/v2\/(?:datasets|key-value-stores|request-queues|actor-runs)\/:/;

async function resolveAnonymousClient(c: ApiContext, access: ApiAccess): Promise<Client> {
    const route = routePath(c);
    const { method } = c.req;
    if (method === 'POST' && PUBLIC_POST.test(route)) return access.anonymousClient();
    if (method !== 'GET' && method !== 'HEAD') throw missingTokenError();
    const params = c.req.param() as PathParams;
    const [reference = 'none', ...others] = Object.values(params);
    if (PUBLIC.test(route) && [reference, ...others].every((part) => NAME.test(part))) return access.anonymousClient();
    const signatory = await findSignatory(c, params, access);
    if (signatory !== undefined) return signatory;
    if (SHAREABLE.test(route) && NAME.test(reference)) return access.anonymousClient();
    throw missingTokenError();
}

type PathParams = Readonly<Record<string, string>>;

const SIGNED_ITEMS = /^\/v2\/(?:datasets\/:datasetId|actor-runs\/:runId\/dataset)\/items$/;
const SIGNED_RECORDS =
    /^\/v2\/(?:key-value-stores\/:storeId|actor-runs\/:runId\/key-value-store)\/(?:keys|records(?:\/:key.*)?)$/;

/** Returns the client of the owner of a signed URL, if its `signature` is valid and has not expired. */
async function findSignatory(c: ApiContext, params: PathParams, access: ApiAccess): Promise<Client | undefined> {
    const signature = c.req.query('signature');
    // A signature only permits reading, not a method that `?method=` has overridden.
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
