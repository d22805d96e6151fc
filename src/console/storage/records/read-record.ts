import { api, apiAnswer } from '../../api/api.js';
import { publicPath, recordKind, type RecordKind } from './record.js';

/** A record to look at. */
export interface RecordContents {
    readonly key: string;
    readonly contentType: string;
    readonly kind: RecordKind;
    /** Undefined for records that are not text. */
    readonly text: string | undefined;
    /** True if that is only its beginning. */
    readonly isCut: boolean;
}

/** A record with the path at which the browser can open it, without the token, and its size in bytes. */
export interface OpenRecord {
    readonly contents: RecordContents;
    readonly path: string;
    readonly size: number;
}

/** A key of a store. */
export interface KeyItem {
    readonly key: string;
    /** In bytes. */
    readonly size: number;
    readonly recordPublicUrl: string;
}

interface KeysPage {
    readonly items: KeyItem[];
    readonly isTruncated: boolean;
    readonly nextExclusiveStartKey: string | null;
}

/** An editor of more would be slow. */
const MOST_BYTES = 2 * 1024 * 1024;

/** Returns the path of a record below `/v2`. */
export function recordPath(storeId: string, key: string): string {
    return `/key-value-stores/${encodeURIComponent(storeId)}/records/${encodeURIComponent(key)}`;
}

/** Reads keys of a store. */
export async function readKeys(
    storeId: string,
    query: { prefix?: string; exclusiveStartKey?: string; limit?: number },
    signal: AbortSignal,
): Promise<KeysPage> {
    return api(`/key-value-stores/${encodeURIComponent(storeId)}/keys`, { query, signal });
}

/** Reads a record, as far as it is shown. One that is not text is not read at all: the browser shows it by its URL. */
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

/** As {@link readRecord}, with what only the list of keys has. */
export async function readRecordWithUrl(storeId: string, key: string, signal: AbortSignal): Promise<OpenRecord> {
    const [contents, keys] = await Promise.all([
        readRecord(storeId, key, signal),
        readKeys(storeId, { prefix: key, limit: 1 }, signal),
    ]);
    const { recordPublicUrl, size } = keys.items[0]!;
    return { contents, path: publicPath(recordPublicUrl), size };
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
