import { invalid, didYouMean } from '../../util/check.js';
import { EngineError } from '../../errors/engine-error.js';
import type { NetworkContext } from '../../model/network.js';

/**
 * Answer of a rule. A string is HTML if it starts with `<`, else plain text. A `Uint8Array` is a binary body. A `Response` is
 * cloned for each request. Any other object or array is JSON.
 */
export type NetworkAnswer = string | Uint8Array | Response | object;

/** An answer, or a function that returns one. If it returns undefined, an earlier rule answers. */
export type NetworkRule =
    | NetworkAnswer
    | ((request: Request, context: NetworkContext) => NetworkAnswer | undefined | Promise<NetworkAnswer | undefined>);

/** Rules, by pattern: a URL in which `*` matches any text, with an optional method before it; or `*` for all requests. */
export type NetworkRules = Readonly<Record<string, NetworkRule>>;

/** A parsed rule. */
export interface ParsedRule {
    readonly pattern: UrlPattern;
    answer(request: Request, context: NetworkContext): Promise<Response | undefined>;
}

const EXPECTED = 'a string, an object for JSON, bytes, a `Response`, or a function that returns one of these';

/** Parses rules. Throws `invalid-value` for an invalid pattern or answer. */
export function parseRules(rules: NetworkRules): ParsedRule[] {
    if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) {
        throw invalid('rules', rules, "an object of rules such as { 'https://example.com/*': '<h1>Hello</h1>' }");
    }
    return Object.entries(rules).map(([text, rule]) => parseRule(parseUrlPattern(text), rule));
}

function parseRule(pattern: UrlPattern, rule: unknown): ParsedRule {
    const path = `rules['${pattern.text}']`;
    if (typeof rule !== 'function') {
        checkAnswer(path, rule);
        return { pattern, answer: async () => toResponse(rule) };
    }
    const respond = rule as (request: Request, context: NetworkContext) => unknown;
    return {
        pattern,
        async answer(request, context) {
            const answer = await respond(request, context);
            if (answer === undefined) return undefined;
            checkAnswer(`${path}()`, answer);
            return toResponse(answer);
        },
    };
}

function checkAnswer(path: string, answer: unknown): asserts answer is NetworkAnswer {
    if (typeof answer === 'string' || (typeof answer === 'object' && answer !== null)) return;
    throw invalid(path, answer, EXPECTED);
}

function toResponse(answer: NetworkAnswer): Response {
    if (typeof answer === 'string')
        return new Response(answer, { headers: { 'content-type': detectContentType(answer) } });
    if (answer instanceof Uint8Array) return new Response(answer as BodyInit);
    return isResponse(answer) ? answer.clone() : Response.json(answer);
}

function detectContentType(text: string): string {
    return text.trimStart().startsWith('<') ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
}

/** Checks the tag, not the class: a test runner may use another realm. */
function isResponse(answer: object): answer is Response {
    return Object.prototype.toString.call(answer) === '[object Response]';
}

/** A parsed pattern. */
interface UrlPattern {
    /** Source text. */
    readonly text: string;
    matches(method: string, url: string): boolean;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const PATTERN = /^(?:([A-Za-z]+)\s+)?(.+)$/;
const URL_PARTS = /^(https?|\*):\/\/([^/?#]+)([^?#]*)(\?[^#]*)?$/i;
/** Replaces `*` while a pattern is parsed as a URL. */
const WILDCARD = 'greenroom-wildcard';

/**
 * Parses a pattern: a URL in which `*` matches any text, or `*` alone, with an optional method before it. Without a query it
 * matches any query.
 *
 * @throws EngineError `invalid-value` for a pattern that cannot match.
 */
function parseUrlPattern(text: string): UrlPattern {
    const [, method, address = ''] = PATTERN.exec(text.trim()) ?? [];
    if (method !== undefined && !METHODS.includes(method)) {
        const hint = didYouMean(method, METHODS).trim();
        throw invalidPattern(
            text,
            `starts with '${method}', which is not one of ${METHODS.join(', ')}. ${hint}`.trim(),
        );
    }
    const regex = address === '*' ? /^/ : toRegex(text, address);
    return {
        text,
        matches: (actualMethod, url) => (method === undefined || method === actualMethod) && regex.test(url),
    };
}

function toRegex(text: string, address: string): RegExp {
    const [, protocol, authority, path, query] = URL_PARTS.exec(address) ?? [];
    if (protocol === undefined || authority === undefined) {
        const isWithoutScheme = /^[\w*.-]+\.[\w*-]+(?:[:/]|$)/.test(address);
        throw invalidPattern(
            text,
            isWithoutScheme ? 'lacks `https://`.' : 'has no URL that starts with `http://` or `https://`.',
        );
    }
    const host = authority.toLowerCase().replace(protocol.toLowerCase() === 'https' ? /:443$/ : /:80$/, '');
    // Normalizes the URL as on the wire: with escapes, and with a slash as an empty path.
    const url = new URL(`http://x${(path || '/').replaceAll('*', WILDCARD)}${(query ?? '').replaceAll('*', WILDCARD)}`);
    const rest = escape(url.pathname.replaceAll(WILDCARD, '*'));
    const search = query === undefined ? '(?:\\?.*)?' : escape(url.search.replaceAll(WILDCARD, '*'));
    const scheme = protocol === '*' ? 'https?' : protocol.toLowerCase();
    return new RegExp(`^${scheme}://${escape(host, '[^/]*')}${rest}${search}$`);
}

function escape(text: string, wildcard = '.*'): string {
    return text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', wildcard);
}

function invalidPattern(text: string, problem: string): EngineError {
    const message =
        `The rule '${text}' ${problem} A rule is a URL in which \`*\` matches any text, with an optional method: ` +
        "'https://example.com/*', 'POST https://api.example.com/items'.";
    return new EngineError('invalid-value', message, { details: { rule: text } });
}
