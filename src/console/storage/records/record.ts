import { api, apiResponse } from '../../api/api.js';
import type { KeysPage } from '../../api/json.js';

/** Kinds of record previews. */
type RecordKind = 'json' | 'image' | 'html' | 'text' | 'audio' | 'video' | 'binary';

const TEXTS = /^(?:text\/|application\/(?:javascript|x-ndjson|jsonl|xml|yaml|x-yaml|x-sh|sql|graphql)\b)|\+xml$/;

/** Returns the kind of preview for a content type; `binary` can only be downloaded. */
export function recordKind(contentType: string): RecordKind {
    const type = contentType.split(';', 1)[0]!.trim().toLowerCase();
    if (type === 'application/json' || type.endsWith('+json')) return 'json';
    if (type === 'text/html' || type === 'application/xhtml+xml') return 'html';
    // Includes SVG, which is also text.
    if (type.startsWith('image/')) return 'image';
    if (type.startsWith('audio/')) return 'audio';
    if (type.startsWith('video/')) return 'video';
    return TEXTS.test(type) ? 'text' : 'binary';
}

/** Encrypted fields of an input, in the format of the platform. */
const SECRET = /^ENCRYPTED_(?:VALUE|JSON):/;
const HIDDEN = '••••••••';

/** Replaces encrypted values by dots. */
export function redactSecrets(value: unknown): unknown {
    return JSON.parse(JSON.stringify(value), (_, inner: unknown) => (isSecret(inner) ? HIDDEN : inner)) as unknown;
}

function isSecret(value: unknown): boolean {
    return typeof value === 'string' && SECRET.test(value);
}

/** True if a value contains encrypted values. */
export function hasSecrets(value: unknown): boolean {
    return isSecret(value) || (typeof value === 'object' && value !== null && Object.values(value).some(hasSecrets));
}

/**
 * Returns the path of a signed URL, which the browser can open without the token. The console and the API have the same origin.
 */
export function publicPath(url: string): string {
    const { pathname, search } = new URL(url);
    return pathname + search;
}

export interface LoadedRecord {
    readonly key: string;
    readonly contentType: string;
    readonly kind: RecordKind;
    /** Undefined for records that are not text. */
    readonly text: string | undefined;
    /** True if `text` is only the beginning. */
    readonly isTruncated: boolean;
    /** Path that the browser can open without the token. */
    readonly path: string;
    readonly size: number;
}

/** Maximum size of a text preview; an editor of more would be slow. */
const MAX_BYTES = 2 * 1024 * 1024;

export function recordPath(storeId: string, key: string): string {
    return `/key-value-stores/${encodeURIComponent(storeId)}/records/${encodeURIComponent(key)}`;
}

export async function readKeys(
    storeId: string,
    query: { prefix?: string; exclusiveStartKey?: string; limit?: number },
    signal: AbortSignal,
): Promise<KeysPage> {
    return api(`/key-value-stores/${encodeURIComponent(storeId)}/keys`, { query, signal });
}

/** Reads a record up to the preview limit. Only text is read; the browser loads other types by their URL. */
export async function readRecord(storeId: string, key: string, signal: AbortSignal): Promise<LoadedRecord> {
    const controller = new AbortController();
    signal.addEventListener('abort', () => controller.abort());
    const [response, keys] = await Promise.all([
        apiResponse(recordPath(storeId, key), { signal: controller.signal }),
        readKeys(storeId, { prefix: key, limit: 1 }, signal),
    ]);
    const { recordPublicUrl, size } = keys.items[0]!;
    const contentType = response.headers.get('content-type') ?? 'application/octet-stream';
    const kind = recordKind(contentType);
    const isText = kind === 'json' || kind === 'text' || kind === 'html';
    const { text, isTruncated } = isText ? await readText(response) : { text: undefined, isTruncated: false };
    if (!isText || isTruncated) controller.abort();
    return { key, contentType, kind, text, isTruncated, path: publicPath(recordPublicUrl), size };
}

async function readText(response: Response): Promise<{ text: string; isTruncated: boolean }> {
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for (;;) {
        const read = await reader?.read();
        if (read === undefined || read.done) return { text: text + decoder.decode(), isTruncated: false };
        bytes += read.value.length;
        text += decoder.decode(read.value, { stream: true });
        if (bytes > MAX_BYTES) return { text: text.slice(0, MAX_BYTES), isTruncated: true };
    }
}
