/** How a record can be looked at. */
export type RecordKind = 'json' | 'image' | 'html' | 'text' | 'audio' | 'video' | 'pdf' | 'binary';

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
    if (type === 'application/pdf') return 'pdf';
    return TEXTS.test(type) ? 'text' : 'binary';
}

/** As the platform writes secret fields of an input into its record. */
const SECRET = /^ENCRYPTED_(?:VALUE|JSON):/;
const HIDDEN = '••••••••';

/** The value with dots in the place of what is encrypted in it: nobody can read that, and it is long. */
export function hideSecrets(value: unknown): unknown {
    if (typeof value === 'string') return SECRET.test(value) ? HIDDEN : value;
    if (Array.isArray(value)) return value.map(hideSecrets);
    if (typeof value !== 'object' || value === null) return value;
    // From entries, as a key may be one that means something to an object.
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hideSecrets(inner)]));
}

/** Whether something in it is encrypted. */
export function hasSecrets(value: unknown): boolean {
    if (typeof value === 'string') return SECRET.test(value);
    return typeof value === 'object' && value !== null && Object.values(value).some(hasSecrets);
}

/**
 * The path of a signed URL, which the browser can open by itself, without the token. The console is served where the API is,
 * by whatever name that is reached.
 */
export function publicPath(url: string): string {
    const { pathname, search } = new URL(url);
    return pathname + search;
}
