import { isSignatureValid, type SignedContents } from '../client/signed-urls.js';
import type { Client } from '../model/client.js';
import type { ApiAccess, OwnedKind } from './access.js';

/** A storage, by its id or as the default one of a run. */
interface StorageOfPath {
    kind: OwnedKind;
    reference: string;
    info(client: Client): Promise<{ id: string; urlSigningSecretKey?: string } | undefined>;
    /** Key of a record, if one is meant. */
    recordKey?: string;
}

const ROUTES: readonly { pattern: RegExp; read: (reference: string, key?: string) => StorageOfPath }[] = [
    {
        pattern: /^\/v2\/datasets\/([^/]+)\/items$/,
        read: (reference) => ({ kind: 'dataset', reference, info: (client) => client.dataset(reference).get() }),
    },
    {
        pattern: /^\/v2\/actor-runs\/([^/]+)\/dataset\/items$/,
        read: (reference) => ({ kind: 'run', reference, info: (client) => client.run(reference).dataset().get() }),
    },
    {
        pattern: /^\/v2\/key-value-stores\/([^/]+)\/(?:keys|records(?:\/([^/]+))?)$/,
        read: (reference, recordKey) => ({
            kind: 'keyValueStore',
            reference,
            info: (client) => client.keyValueStore(reference).get(),
            recordKey,
        }),
    },
    {
        pattern: /^\/v2\/actor-runs\/([^/]+)\/key-value-store\/(?:keys|records(?:\/([^/]+))?)$/,
        read: (reference, recordKey) => ({
            kind: 'run',
            reference,
            info: (client) => client.run(reference).keyValueStore().get(),
            recordKey,
        }),
    },
];

/**
 * On whose behalf a request may be answered although it has no token: it reads what the `signature` in its query was made for,
 * and the signature has not run out. Undefined if that is not so.
 */
export async function findSignatory(
    request: Request,
    { ownerClient, now }: Pick<ApiAccess, 'ownerClient' | 'now'>,
): Promise<Client | undefined> {
    const { pathname, searchParams } = new URL(request.url);
    const signature = searchParams.get('signature');
    if (signature === null || !isReading(request.method, searchParams)) return undefined;
    const storage = storageOf(pathname);
    const client = storage && ownerClient(storage.kind, storage.reference);
    const info = client && (await storage.info(client));
    if (info?.urlSigningSecretKey === undefined) return undefined;
    const { recordKey } = storage!;
    const contents: SignedContents = recordKey === undefined ? { storageId: info.id } : { recordKey };
    return isSignatureValid(signature, contents, info.urlSigningSecretKey, now()) ? client : undefined;
}

/** The query can make another method of it; see `overrideMethod`. */
function isReading(method: string, query: URLSearchParams): boolean {
    return [method, query.get('method') ?? method].every((word) => ['GET', 'HEAD'].includes(word.toUpperCase()));
}

function storageOf(pathname: string): StorageOfPath | undefined {
    for (const { pattern, read } of ROUTES) {
        const [, reference, key] = pattern.exec(pathname.replace(/\/+$/, '')) ?? [];
        if (reference === undefined) continue;
        try {
            return read(decodeURIComponent(reference), key === undefined ? undefined : decodeURIComponent(key));
        } catch {
            // Malformed escapes lead nowhere.
            return undefined;
        }
    }
    return undefined;
}
