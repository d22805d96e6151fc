import { invalid } from '../util/check.js';

/** What HTTP allows in a name; a value may have no control characters. */
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/**
 * Headers that are always the engine's own, in lower case: those that the platform rewrites, and those that say how the
 * request travels.
 */
const RESERVED: ReadonlySet<string> = new Set([
    'host',
    'content-type',
    'x-apify-webhook',
    'x-apify-webhook-dispatch-id',
    'x-apify-request-origin',
    'connection',
    'content-encoding',
    'content-length',
    'expect',
    'keep-alive',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
]);

/** Checks what a template of headers comes to when it is filled with samples; throws `invalid-value`. */
export function checkHeaders(path: string, filled: unknown): void {
    for (const [name, value] of entriesOf(path, filled)) {
        // Null is what a variable comes to that has no value yet.
        checkHeader(path, name, value ?? '');
    }
}

/**
 * The headers of a request: those of the template, but for the ones that are always the engine's own. A value that is null is
 * left out; numbers and flags, which variables may come to, are written as text.
 *
 * @param filled - The template of headers with its variables replaced; undefined where there is none.
 * @throws EngineError `invalid-value` for what is no object of texts.
 */
export function headersOf(filled: unknown, dispatchId: string): Record<string, string> {
    const headers: Record<string, string> = { 'user-agent': 'greenroom' };
    for (const [name, value] of filled === undefined ? [] : entriesOf('headersTemplate', filled)) {
        if (value === null || value === undefined || RESERVED.has(name.toLowerCase())) continue;
        const text = typeof value === 'object' ? value : String(value);
        checkHeader('headersTemplate', name, text);
        headers[name.toLowerCase()] = text;
    }
    return {
        ...headers,
        'content-type': 'application/json',
        'x-apify-webhook': 'true',
        'x-apify-webhook-dispatch-id': dispatchId,
        'x-apify-request-origin': 'WEBHOOK',
    };
}

function checkHeader(path: string, name: string, value: unknown): asserts value is string {
    if (!NAME.test(name)) throw invalid(path, name, 'an object whose names are names of headers');
    if (typeof value === 'string' && VALUE.test(value)) return;
    throw invalid(`${path}["${name}"]`, value, 'a text of characters that a header may have');
}

function entriesOf(path: string, filled: unknown): [string, unknown][] {
    if (typeof filled === 'object' && filled !== null && !Array.isArray(filled)) return Object.entries(filled);
    throw invalid(path, filled, 'an object of headers, as JSON');
}
