import { EngineError } from '../../errors/engine-error.js';
import { didYouMean } from '../../util/check.js';

/** The requests that a rule is for. */
export interface UrlPattern {
    /** As it was written. */
    readonly text: string;
    matches(method: string, url: string): boolean;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const PARTS = /^(?:([A-Za-z]+)\s+)?(.+)$/;
const URL_PARTS = /^(https?|\*):\/\/([^/?#]+)([^?#]*)(\?[^#]*)?$/i;
/** Stands for a `*` where only a URL can be read. */
const STAR = 'greenroom-star';

/**
 * Reads a pattern: a URL in which `*` stands for any text, or `*` alone, maybe after a method. Without a query it matches
 * any query.
 *
 * @throws EngineError `invalid-value` for what can match nothing.
 */
export function readUrlPattern(text: string): UrlPattern {
    const [, method, address = ''] = PARTS.exec(text.trim()) ?? [];
    if (method !== undefined && !METHODS.includes(method)) {
        const hint = didYouMean(method, METHODS).trim();
        throw mistyped(text, `begins with '${method}', which is no method: ${METHODS.join(', ')}. ${hint}`.trim());
    }
    const regex = address === '*' ? /^/ : toRegex(text, address);
    return { text, matches: (asked, url) => (method === undefined || method === asked) && regex.test(url) };
}

function toRegex(text: string, address: string): RegExp {
    const [, protocol, authority, path, query] = URL_PARTS.exec(address) ?? [];
    if (protocol === undefined || authority === undefined) {
        const isWithoutScheme = /^[\w*.-]+\.[\w*-]+(?:[:/]|$)/.test(address);
        throw mistyped(
            text,
            isWithoutScheme ? `lacks its \`https://\`.` : 'has no URL that begins with `http://` or `https://`.',
        );
    }
    const host = authority.toLowerCase().replace(protocol.toLowerCase() === 'https' ? /:443$/ : /:80$/, '');
    // As URLs are written on the wire: with escapes, and with a slash where there is no path.
    const url = new URL(`http://x${(path || '/').replaceAll('*', STAR)}${(query ?? '').replaceAll('*', STAR)}`);
    const rest = escape(url.pathname.replaceAll(STAR, '*'));
    const search = query === undefined ? '(?:\\?.*)?' : escape(url.search.replaceAll(STAR, '*'));
    const scheme = protocol === '*' ? 'https?' : protocol.toLowerCase();
    return new RegExp(`^${scheme}://${escape(host, '[^/]*')}${rest}${search}$`);
}

function escape(text: string, star = '.*'): string {
    return text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', star);
}

function mistyped(text: string, problem: string): EngineError {
    const message =
        `The rule '${text}' ${problem} A rule is a URL, in which \`*\` stands for any text, maybe after a method: ` +
        "'https://example.com/*', 'POST https://api.example.com/items'.";
    return new EngineError('invalid-value', message, { details: { rule: text } });
}
