import { api } from '../api/api.js';
import { useCursorList } from '../lists/use-cursor-list.js';
import type { CursorList } from '../lists/cursor-list.js';

/** A key of a store. */
export interface KeyItem {
    readonly key: string;
    /** Bytes. */
    readonly size: number;
    /** Signed, so that the browser can open it without the token. */
    readonly recordPublicUrl: string;
}

interface KeysPage {
    items: KeyItem[];
    isTruncated: boolean;
    nextExclusiveStartKey: string | null;
}

/** As many as the API gives at once. */
const PART = 1_000;

/** Reads keys of a store that begin so. */
export async function readKeys(
    storeId: string,
    query: { prefix?: string; exclusiveStartKey?: string; limit?: number },
    signal: AbortSignal,
): Promise<KeysPage> {
    return api<KeysPage>(`/key-value-stores/${encodeURIComponent(storeId)}/keys`, { query, signal });
}

/** The keys of a store that begin so, read as far as they are seen. Another version reads them anew. */
export function useKeys(storeId: string, prefix: string, version: number): CursorList<KeyItem> {
    return useCursorList(`keys ${storeId} ${prefix}`, version, {
        async load(cursor, signal) {
            const query = { prefix, limit: PART, ...(cursor !== undefined && { exclusiveStartKey: cursor }) };
            const { items, isTruncated, nextExclusiveStartKey } = await readKeys(storeId, query, signal);
            return { items, next: isTruncated ? (nextExclusiveStartKey ?? undefined) : undefined };
        },
    });
}
