import { apiAnswer, api } from '../../api/api.js';
import type { CursorList } from '../../api/cursor-list.js';
import { useCursorList } from '../../api/use-cursor-list.js';
import { recordKind, type RecordKind } from './record.js';

/** A record as it is looked at: its text, if it is one and not too long, or only what is known of it. */
export interface RecordContents {
    readonly key: string;
    readonly contentType: string;
    readonly kind: RecordKind;
    /** Of what is text; undefined for all else. */
    readonly text: string | undefined;
    /** Whether that is only its beginning. */
    readonly isCut: boolean;
}

/** Nobody reads more, and an editor of more would be slow. */
const MOST_BYTES = 2 * 1024 * 1024;

/** The path of a record below `/v2`. */
export function recordPath(storeId: string, key: string): string {
    return `/key-value-stores/${encodeURIComponent(storeId)}/records/${encodeURIComponent(key)}`;
}

/** Reads a record, as far as it is to be shown. What is no text is not read at all: the browser itself shows it by its URL. */
export async function readRecord(storeId: string, key: string, signal: AbortSignal): Promise<RecordContents> {
    const leave = new AbortController();
    signal.addEventListener('abort', () => leave.abort());
    const answer = await apiAnswer(recordPath(storeId, key), { signal: leave.signal });
    const contentType = answer.headers.get('content-type') ?? 'application/octet-stream';
    const kind = recordKind(contentType);
    const isText = kind === 'json' || kind === 'text' || kind === 'html';
    const { text, isCut } = isText ? await readText(answer) : { text: undefined, isCut: false };
    if (!isText || isCut) leave.abort();
    return { key, contentType, kind, text, isCut };
}

async function readText(answer: Response): Promise<{ text: string; isCut: boolean }> {
    const reader = answer.body?.getReader();
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for (;;) {
        const read = await reader?.read();
        if (read === undefined || read.done) return { text: text + decoder.decode(), isCut: false };
        bytes += read.value.length;
        text += decoder.decode(read.value, { stream: true });
        if (bytes > MOST_BYTES) return { text: text.slice(0, MOST_BYTES), isCut: true };
    }
}

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
