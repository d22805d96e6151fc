import { isSignatureValid, type SignedContents } from '../client/signatures.js';
import type { Client } from '../model/client.js';

/** A storage, by its id or as the default one of a run. */
interface StorageOfPath {
    info(client: Client): Promise<{ id: string; urlSigningSecretKey?: string } | undefined>;
    /** Key of a record, if one is meant. */
    recordKey?: string;
}

const ROUTES: readonly { pattern: RegExp; read: (reference: string, key?: string) => StorageOfPath }[] = [
    {
        pattern: /^\/v2\/datasets\/([^/]+)\/items$/,
        read: (id) => ({ info: (client) => client.dataset(id).get() }),
    },
    {
        pattern: /^\/v2\/actor-runs\/([^/]+)\/dataset\/items$/,
        read: (id) => ({ info: (client) => client.run(id).dataset().get() }),
    },
    {
        pattern: /^\/v2\/key-value-stores\/([^/]+)\/(?:keys|records(?:\/([^/]+))?)$/,
        read: (id, recordKey) => ({ info: (client) => client.keyValueStore(id).get(), recordKey }),
    },
    {
        pattern: /^\/v2\/actor-runs\/([^/]+)\/key-value-store\/(?:keys|records(?:\/([^/]+))?)$/,
        read: (id, recordKey) => ({ info: (client) => client.run(id).keyValueStore().get(), recordKey }),
    },
];

/**
 * Whether a request may be answered although it has no token: it reads what the `signature` in its query was made for, and
 * the signature has not run out.
 *
 * @param client - That of the owner, whose storages they are.
 * @param nowMillis - The engine's time.
 */
export async function hasValidSignature(request: Request, client: Client, nowMillis: number): Promise<boolean> {
    const { pathname, searchParams } = new URL(request.url);
    const signature = searchParams.get('signature');
    if (signature === null || !isReading(request.method, searchParams)) return false;
    const storage = storageOf(pathname);
    const info = await storage?.info(client);
    if (info?.urlSigningSecretKey === undefined) return false;
    const recordKey = storage?.recordKey;
    const contents: SignedContents = recordKey === undefined ? { storageId: info.id } : { recordKey };
    return isSignatureValid(signature, contents, info.urlSigningSecretKey, nowMillis);
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
