import { HttpError } from '../api/errors.js';
import type { IncomingMessage } from 'node:http';

/** A request whose body a parser of the framework may have read. */
export interface ParsedIncoming extends IncomingMessage {
    /** The bytes, the text or the parsed value, as body parsers store it. */
    body?: unknown;
    /** The bytes or the text, as some hosts store it beside the parsed value. */
    rawBody?: unknown;
}

/** Types of bodies whose parsed values cannot be turned back into the body. */
const FORM = /^\s*(application\/x-www-form-urlencoded|multipart\/)/i;

/** The channel on which Fastify 5 announces each request whose body it has parsed. */
export const FASTIFY_CHANNEL = 'tracing:fastify.request.handler:start';

/** Copies the body from Fastify's request to Node's, which hosts pass to a handler of Node. */
export function copyFastifyBody(message: unknown): void {
    const { request } = message as { request: { raw: ParsedIncoming; body?: unknown } };
    request.raw.body = request.body;
}

/**
 * Returns a request with the body that a parser has read; the same request if its body is unread.
 *
 * @throws HttpError `body-already-read` if the parser has not stored the body, or if it was a form.
 */
export function withParsedBody(request: Request, incoming: ParsedIncoming): Request {
    const { method, url, signal } = request;
    if (!incoming.readableDidRead || method === 'GET' || method === 'HEAD') return request;
    const body = restoreBody(incoming);
    if (body === undefined) {
        const problem =
            'The body of the request was read before `toNodeHandler` received it, and cannot be restored from `request.body`. ' +
            'Mount the handler before body parsers, or set `body` of the Node request to the bytes, the text or the parsed JSON. ' +
            'With Fastify, pass its own request and reply.';
        throw new HttpError(400, 'body-already-read', problem);
    }
    const headers = new Headers(request.headers);
    // Parsers decompress.
    for (const name of ['content-encoding', 'transfer-encoding']) headers.delete(name);
    headers.set('content-length', String(body.length));
    return new Request(url, { method, headers, body, signal });
}

/** Returns the bytes of a body that was read; undefined if they cannot be restored. */
function restoreBody({ rawBody, body, headers }: ParsedIncoming): Buffer<ArrayBuffer> | undefined {
    for (const bytes of [rawBody, body]) if (bytes instanceof Uint8Array) return Buffer.from(bytes);
    const type = headers['content-type'] ?? '';
    const isJson = /json/i.test(type);
    const length = headers['content-encoding'] === undefined ? Number(headers['content-length']) : NaN;
    const text = typeof rawBody === 'string' ? rawBody : body;
    if (typeof text === 'string' && (isJson ? isJsonText(text, length) : isUnchangedText(text, length))) {
        return Buffer.from(text);
    }
    const isRestorable = isJson ? body !== undefined : isParsedJson(body, type);
    return isRestorable ? Buffer.from(JSON.stringify(body)) : undefined;
}

/** Tells the text of a JSON body from the value of a JSON string, such as `"a"`. */
function isJsonText(text: string, bodyLength: number): boolean {
    if (Buffer.byteLength(JSON.stringify(text)) === bodyLength) return false;
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

/** False for a text that was decoded from another encoding than UTF-8, or from binary data. */
function isUnchangedText(text: string, bodyLength: number): boolean {
    return Number.isNaN(bodyLength) || Buffer.byteLength(text) === bodyLength;
}

/** False for forms, and for the placeholder of a body that was not parsed. */
function isParsedJson(body: unknown, type: string): boolean {
    return typeof body === 'object' && body !== null && Object.keys(body).length > 0 && !FORM.test(type);
}
