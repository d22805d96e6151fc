import { ReadableStream } from 'node:stream/web';
import { show } from '../../util/check.js';
import type { WebRequestContext, WebHeaders, WebRequest, WebResponse } from '../../protocol/network.js';

/** Methods whose requests have no body, as far as a `Request` knows. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * What an Actor sent, as a web-standard request. Credentials in the URL are not there: clients send them as a header.
 *
 * @throws TypeError for what cannot be one: a method such as TRACE, or a URL that is none.
 */
export function toRequest({ method, url, headers, body }: WebRequest, { upload, signal }: WebRequestContext): Request {
    const init: RequestInit = { method, headers: toHeaders(headers), redirect: 'manual', signal };
    if (BODILESS.has(method)) return new Request(url, init);
    if (upload === undefined) return new Request(url, body === undefined ? init : { ...init, body: body as BodyInit });
    // A body that streams needs the last one, which the types of Node know, and those of the web do not.
    return new Request(url, { ...init, body: ReadableStream.from(upload), duplex: 'half' } as RequestInit);
}

function toHeaders(pairs: WebHeaders): Headers {
    const headers = new Headers();
    for (const [name, value] of pairs) {
        // Whoever sends the request on would count the body anew, and send both.
        if (name.toLowerCase() !== 'content-length') headers.append(name, value);
    }
    return headers;
}

/** What describes the bytes that `fetch` received, and not those that it hands out: unpacked, and one after the other. */
const OF_TRANSFER: ReadonlySet<string> = new Set(['content-encoding', 'content-length']);

/**
 * What a handler has returned, as it goes to the Actor: of any realm, since a test runner may have its own.
 *
 * @throws TypeError with what would be right, for what is no response that can be sent.
 */
export function toWebResponse(value: unknown): WebResponse {
    if (!isResponse(value)) {
        throw new TypeError(`It returned ${show(value)}, but must return a \`Response\`, or undefined for no answer.`);
    }
    const { status, statusText, body, bodyUsed } = value;
    if (bodyUsed) {
        throw new TypeError(
            'The `Response` that it returned has been read already: return a new one each time, or a `clone()` of it.',
        );
    }
    return { status, statusText, headers: headersOf(value), body: piecesOf(body) };
}

/** `Response.error()`: what a client sees whose connection breaks. */
export function isBroken(value: unknown): boolean {
    return isResponse(value) && value.type === 'error';
}

function isResponse(value: unknown): value is Response {
    if (typeof value !== 'object' || value === null) return false;
    const { status, headers } = value as Partial<Response>;
    return typeof status === 'number' && typeof headers?.entries === 'function' && 'body' in value;
}

function headersOf(response: Response): WebHeaders {
    const headers: WebHeaders = [...response.headers.entries()];
    // What the handler has made itself is as it says.
    const isFetched = response.type !== 'default';
    return isFetched ? headers.filter(([name]) => !OF_TRANSFER.has(name)) : headers;
}

async function* piecesOf(body: Response['body']): AsyncGenerator<Uint8Array, void> {
    if (body === null) return;
    const reader = body.getReader();
    let isDone = false;
    try {
        for (;;) {
            const { done, value } = await reader.read();
            isDone = done;
            if (done) return;
            // A text would be one of the handler's own making, in a stream of its own.
            yield typeof value === 'string' ? Buffer.from(value) : value;
        }
    } finally {
        if (!isDone) void reader.cancel().catch(() => {});
    }
}
