import { ReadableStream } from 'node:stream/web';
import type { WebExchange, WebHeaders, WebRequest } from '../../protocol/network.js';

/** Methods whose requests have no body, as far as a `Request` knows. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * What an Actor sent, as a web-standard request. Credentials in the URL are not there: clients send them as a header.
 *
 * @throws TypeError for what cannot be one: a method such as TRACE, or a URL that is none.
 */
export function toRequest({ method, url, headers, body }: WebRequest, { upload, signal }: WebExchange): Request {
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
