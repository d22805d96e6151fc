const ESCAPES = /(?:%[0-9a-f]{2})+/gi;

/** The path of a URL as it stands there. Not by the URL class, since parsing takes longer than most requests. */
export function pathOf(url: string): string {
    const start = url.indexOf('/', url.indexOf('://') + 3);
    return start === -1 ? '/' : url.slice(start, endOfPath(url, start));
}

/** The query of a URL, without its question mark; empty where there is none. */
export function queryOf(url: string): string {
    const start = url.indexOf('?');
    if (start === -1) return '';
    const end = url.indexOf('#');
    if (end === -1) return url.slice(start + 1);
    return end < start ? '' : url.slice(start + 1, end);
}

/** Undoes percent-encoding; what is no such encoding stays as it is. */
export function decodeText(text: string): string {
    if (!text.includes('%')) return text;
    return decoded(text) ?? text.replace(ESCAPES, (escapes) => decoded(escapes) ?? escapes);
}

function endOfPath(url: string, start: number): number {
    const query = url.indexOf('?', start);
    const end = query === -1 ? url.length : query;
    const hash = url.indexOf('#', start);
    return hash === -1 || hash > end ? end : hash;
}

function decoded(text: string): string | undefined {
    try {
        return decodeURIComponent(text);
    } catch {
        return undefined;
    }
}
