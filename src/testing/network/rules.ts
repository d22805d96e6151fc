import { invalid, didYouMean } from '../../util/check.js';
import { EngineError } from '../../errors/engine-error.js';
import type { NetworkContext } from '../../model/network.js';

/**
 * What a rule answers with. A text is HTML if it begins with `<`, else plain text; bytes are bytes; a `Response` is as it is,
 * each time anew; any other object or array is JSON.
 */
export type NetworkAnswer = string | Uint8Array | Response | object;

/** A rule's answer, or a function that gives it; where that gives undefined, an earlier rule has its turn. */
export type NetworkRule =
    | NetworkAnswer
    | ((request: Request, context: NetworkContext) => NetworkAnswer | undefined | Promise<NetworkAnswer | undefined>);

/** Rules by their patterns: a URL in which `*` stands for any text, maybe after a method; or `*` for all. */
export type NetworkRules = Readonly<Record<string, NetworkRule>>;

/** A rule that can be asked. */
export interface ParsedRule {
    readonly pattern: UrlPattern;
    answer(request: Request, context: NetworkContext): Promise<Response | undefined>;
}

const EXPECTED = 'a text, an object for JSON, bytes, a `Response`, or a function that returns one of these';

/** @throws EngineError `invalid-value` for a mistyped pattern, or an answer that is none. */
export function parseRules(rules: NetworkRules): ParsedRule[] {
    if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) {
        throw invalid('rules', rules, "an object of rules, as { 'https://example.com/*': '<h1>Hello</h1>' }");
    }
    return Object.entries(rules).map(([text, rule]) => readRule(readUrlPattern(text), rule));
}

function readRule(pattern: UrlPattern, rule: unknown): ParsedRule {
    const path = `rules['${pattern.text}']`;
    if (typeof rule !== 'function') {
        checkAnswer(path, rule);
        return { pattern, answer: async () => toResponse(rule) };
    }
    const ask = rule as (request: Request, context: NetworkContext) => unknown;
    return {
        pattern,
        async answer(request, context) {
            const answer = await ask(request, context);
            if (answer === undefined) return undefined;
            checkAnswer(`What ${path} returned`, answer);
            return toResponse(answer);
        },
    };
}

function checkAnswer(path: string, answer: unknown): asserts answer is NetworkAnswer {
    if (typeof answer === 'string' || (typeof answer === 'object' && answer !== null)) return;
    throw invalid(path, answer, EXPECTED);
}

function toResponse(answer: NetworkAnswer): Response {
    if (typeof answer === 'string') return new Response(answer, { headers: { 'content-type': typeOf(answer) } });
    if (answer instanceof Uint8Array) return new Response(answer as BodyInit);
    return isResponse(answer) ? answer.clone() : Response.json(answer);
}

function typeOf(text: string): string {
    return text.trimStart().startsWith('<') ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
}

/** Of any realm: a test runner may have its own. */
function isResponse(answer: object): answer is Response {
    return Object.prototype.toString.call(answer) === '[object Response]';
}

/** The requests that a rule is for. */
interface UrlPattern {
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
function readUrlPattern(text: string): UrlPattern {
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
