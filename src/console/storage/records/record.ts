import { api, apiAnswer } from '../../api/api.js';
import type { KeysPage } from '../../api/json.js';

/** How a record can be looked at. */
type RecordKind = 'json' | 'image' | 'html' | 'text' | 'audio' | 'video' | 'binary';

const TEXTS = /^(?:text\/|application\/(?:javascript|x-ndjson|jsonl|xml|yaml|x-yaml|x-sh|sql|graphql)\b)|\+xml$/;

/** How a record of this type is looked at; what may be anything can only be downloaded. */
export function recordKind(contentType: string): RecordKind {
    const type = contentType.split(';', 1)[0]!.trim().toLowerCase();
    if (type === 'application/json' || type.endsWith('+json')) return 'json';
    if (type === 'text/html' || type === 'application/xhtml+xml') return 'html';
    // An image, although it is text.
    if (type.startsWith('image/')) return 'image';
    if (type.startsWith('audio/')) return 'audio';
    if (type.startsWith('video/')) return 'video';
    return TEXTS.test(type) ? 'text' : 'binary';
}

/** As the platform writes secret fields of an input into its record. */
const SECRET = /^ENCRYPTED_(?:VALUE|JSON):/;
const HIDDEN = '••••••••';

/** The value with dots in the place of what is encrypted in it: nobody can read that, and it is long. */
export function hideSecrets(value: unknown): unknown {
    return JSON.parse(JSON.stringify(value), (_, inner: unknown) => (isSecret(inner) ? HIDDEN : inner)) as unknown;
}

function isSecret(value: unknown): boolean {
    return typeof value === 'string' && SECRET.test(value);
}

/** Whether something in it is encrypted. */
export function hasSecrets(value: unknown): boolean {
    return isSecret(value) || (typeof value === 'object' && value !== null && Object.values(value).some(hasSecrets));
}

/**
 * The path of a signed URL, which the browser can open by itself, without the token. The console is served where the API is,
 * by whatever name that is reached.
 */
export function publicPath(url: string): string {
    const { pathname, search } = new URL(url);
    return pathname + search;
}

export interface OpenRecord {
    readonly key: string;
    readonly contentType: string;
    readonly kind: RecordKind;
    /** Undefined for records that are not text. */
    readonly text: string | undefined;
    /** True if that is only its beginning. */
    readonly isCut: boolean;
    /** Where the browser can open it, without the token. */
    readonly path: string;
    readonly size: number;
}

/** An editor of more would be slow. */
const MOST_BYTES = 2 * 1024 * 1024;

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

/** Reads a record, as far as it is shown. One that is not text is not read at all: the browser shows it by its URL. */
export async function readRecord(storeId: string, key: string, signal: AbortSignal): Promise<OpenRecord> {
    const leave = new AbortController();
    signal.addEventListener('abort', () => leave.abort());
    const [answer, keys] = await Promise.all([
        apiAnswer(recordPath(storeId, key), { signal: leave.signal }),
        readKeys(storeId, { prefix: key, limit: 1 }, signal),
    ]);
    const { recordPublicUrl, size } = keys.items[0]!;
    const contentType = answer.headers.get('content-type') ?? 'application/octet-stream';
    const kind = recordKind(contentType);
    const isText = kind === 'json' || kind === 'text' || kind === 'html';
    const { text, isCut } = isText ? await readText(answer) : { text: undefined, isCut: false };
    if (!isText || isCut) leave.abort();
    return { key, contentType, kind, text, isCut, path: publicPath(recordPublicUrl), size };
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
