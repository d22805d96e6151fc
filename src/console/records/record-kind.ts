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
