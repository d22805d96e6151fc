import { ReadableStream } from 'node:stream/web';
import { show } from '../../util/check.js';
import type { WebRequestContext, WebHeaders, WebRequest, WebResponse } from '../../protocol/network.js';

/** Methods with which the constructor of `Request` rejects a body. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Converts a request of an Actor to a web-standard `Request`. The URL has no credentials: clients send them as a header.
 *
 * @throws TypeError for a method that `Request` does not support, such as TRACE, or an invalid URL.
 */
export function toRequest({ method, url, headers, body }: WebRequest, { upload, signal }: WebRequestContext): Request {
    const init: RequestInit = { method, headers: toHeaders(headers), redirect: 'manual', signal };
    if (BODILESS.has(method)) return new Request(url, init);
    if (upload === undefined) return new Request(url, body === undefined ? init : { ...init, body: body as BodyInit });
    // A streamed body requires `duplex`, which is missing in the types of the DOM.
    return new Request(url, { ...init, body: ReadableStream.from(upload), duplex: 'half' } as RequestInit);
}

function toHeaders(pairs: WebHeaders): Headers {
    const headers = new Headers();
    for (const [name, value] of pairs) {
        // `fetch` computes its own; a handler that forwards the request would send both.
        if (name.toLowerCase() !== 'content-length') headers.append(name, value);
    }
    return headers;
}

/** Headers that describe the bytes that `fetch` received. They do not apply to the decoded body that it returns. */
const ENCODING_HEADERS: ReadonlySet<string> = new Set(['content-encoding', 'content-length']);

/**
 * Converts the return value of a handler to the response for the Actor. Does not use `instanceof`, since a test runner may have a
 * `Response` of another realm.
 *
 * @throws TypeError for a value that is not a `Response`, or one whose body was read already.
 */
export function toWebResponse(value: unknown): WebResponse {
    if (!isResponse(value)) {
        throw new TypeError(
            `It returned ${show(value)}, but must return a \`Response\`, or undefined if it has no response.`,
        );
    }
    const { status, statusText, body, bodyUsed } = value;
    if (bodyUsed) {
        throw new TypeError(
            'The body of the `Response` that it returned was already read. Return a new one for each request, or a `clone()`.',
        );
    }
    return { status, statusText, headers: readHeaders(value), body: readChunks(body) };
}

/** True for `Response.error()`, which stands for a broken connection. */
export function isErrorResponse(value: unknown): boolean {
    return isResponse(value) && value.type === 'error';
}

function isResponse(value: unknown): value is Response {
    if (typeof value !== 'object' || value === null) return false;
    const { status, headers } = value as Partial<Response>;
    return typeof status === 'number' && typeof headers?.entries === 'function' && 'body' in value;
}

function readHeaders(response: Response): WebHeaders {
    const headers: WebHeaders = [...response.headers.entries()];
    // The headers of a response that the handler has constructed describe its body.
    const isFetched = response.type !== 'default';
    return isFetched ? headers.filter(([name]) => !ENCODING_HEADERS.has(name)) : headers;
}

async function* readChunks(body: Response['body']): AsyncGenerator<Uint8Array, void> {
    if (body === null) return;
    const reader = body.getReader();
    let isDone = false;
    try {
        for (;;) {
            const { done, value } = await reader.read();
            isDone = done;
            if (done) return;
            // A stream that the handler has constructed may yield strings.
            yield typeof value === 'string' ? Buffer.from(value) : value;
        }
    } finally {
        if (!isDone) void reader.cancel().catch(() => {});
    }
}
