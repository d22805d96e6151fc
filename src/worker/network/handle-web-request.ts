import { NetworkError } from './connect-arguments.js';
import { notHttpError, type Destination } from './memory-connections.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebRequestContext, WebHeaders, WebRequest, WebResponse } from '../../protocol/network.js';

/** Handles a request of an Actor: by the API, or by the network handler of its host. */
export type WebRequestHandler = (
    request: WebRequest,
    context: WebRequestContext,
    isForApi: boolean,
) => Promise<WebResponse>;

const BODILESS = new Set([204, 205, 304]);
/** A body up to this size is sent in one message with its request. */
const MAX_BUFFERED_BYTES = 2 ** 20;
/** Headers of a single connection, which are not forwarded. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
    'connection',
    'keep-alive',
    'proxy-connection',
    'proxy-authorization',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'expect',
]);
const ABSOLUTE = /^https?:\/\//i;

/** Returns the absolute URL of a request. */
export function urlOf({ url = '/', headers }: IncomingMessage, { isSecure, authority }: Destination): string {
    const text = ABSOLUTE.test(url) ? url : `${isSecure ? 'https' : 'http'}://${authority || headers.host}${url}`;
    return URL.canParse(text) ? new URL(text).href : text;
}

/** Sends a request to a server that the Actor can reach, on behalf of a browser that uses this thread as its proxy. */
export function forwardRequest(request: IncomingMessage, response: ServerResponse, url: string): void {
    const options = { method: request.method, headers: headersOf(request).flat() };
    const outgoing = process.getBuiltinModule('node:http').request(url, options);
    const stop = (): void => {
        outgoing.destroy();
        request.socket.destroy();
    };
    outgoing.once('error', stop);
    outgoing.once('response', (incoming) => {
        response.writeHead(incoming.statusCode!, incoming.statusMessage, headersOf(incoming).flat());
        incoming.once('error', stop).pipe(response);
    });
    response.once('close', () => outgoing.destroy());
    request.pipe(outgoing);
}

/**
 * Handles one request of an Actor. If that fails, destroys the connection, since a client must neither wait for a
 * response nor take a partial one as complete. A request to the network handler then fails with the original error.
 */
export async function handleWebRequest(
    handle: WebRequestHandler,
    request: IncomingMessage,
    response: ServerResponse,
    destination: Destination,
): Promise<void> {
    const { isForApi, report } = destination;
    const abort = new AbortController();
    response.once('close', () => abort.abort(new Error('The client has closed the connection.')));
    try {
        if (!isForApi && request.headers.upgrade?.toLowerCase() === 'websocket') throw notHttpError(destination);
        const { body, upload } = await readBody(request, isForApi);
        const head = { method: request.method ?? 'GET', url: urlOf(request, destination), headers: headersOf(request) };
        const context = { signal: abort.signal, ...(upload && { upload }) };
        const result = await handle({ ...head, ...(body && { body }) }, context, isForApi);
        // The rest of the request body must be consumed, or the client could not send another request.
        response.once('finish', () => request.resume());
        response.sendDate = isForApi;
        // On a reused connection, a browser would repeat a request that failed.
        response.shouldKeepAlive &&= report === undefined;
        // Otherwise a body that is too short would leave the client waiting.
        response.strictContentLength = true;
        const { status, statusText, headers } = result;
        response.writeHead(status, statusText || undefined, stripHopByHop(headers).flat());
        await sendBody(result, request, response);
    } catch (cause) {
        if (report) drop(request, cause, report);
        else request.socket.destroy(isForApi ? notAnsweredError(request, cause) : asError(cause));
    }
}

/** Closes the connection of another process. The host has logged its own errors. */
function drop({ socket }: IncomingMessage, cause: unknown, report: (error: Error) => void): void {
    if (cause instanceof NetworkError) report(cause);
    socket.destroy();
}

function notAnsweredError({ method, url }: IncomingMessage, cause: unknown): NetworkError {
    const message = `The engine could not handle ${method} ${url}: ${asError(cause).message}`;
    return new NetworkError('ERR_API_NOT_ANSWERED', message, { cause });
}

function asError(cause: unknown): Error {
    return cause instanceof Error ? cause : new Error(String(cause));
}

/** Returns the headers of a message, except those of a single connection. */
export function headersOf({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): WebHeaders {
    const pairs: WebHeaders = [];
    for (let index = 0; index < rawHeaders.length; index += 2) {
        pairs.push([rawHeaders[index]!, rawHeaders[index + 1]!]);
    }
    return stripHopByHop(pairs);
}

function stripHopByHop(headers: WebHeaders): WebHeaders {
    return headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
}

/** Returns the whole body if it is small or for the API; otherwise, or if its size is unknown, a stream. */
async function readBody(
    request: IncomingMessage,
    isForApi: boolean,
): Promise<{ body?: Uint8Array; upload?: AsyncIterable<Uint8Array> }> {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    // The first iteration over a stream in a thread takes more than a millisecond.
    if (length === undefined && encoding === undefined) return {};
    const isLarge = encoding !== undefined || Number(length) > MAX_BUFFERED_BYTES;
    // The client is still connected when its body is no longer read.
    if (isLarge && !isForApi) return { upload: request.iterator({ destroyOnReturn: false }) };
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    return isForApi && body.length === 0 ? {} : { body };
}

/** Sends the body of a response whose head has been written. */
async function sendBody(
    { status, body }: WebResponse,
    { method }: IncomingMessage,
    response: ServerResponse,
): Promise<void> {
    const chunks = body[Symbol.asyncIterator]();
    if (response.destroyed || method === 'HEAD' || BODILESS.has(status)) cancel(chunks);
    else await sendChunks(chunks, response);
    response.end();
}

async function sendChunks(chunks: AsyncIterator<Uint8Array>, response: ServerResponse): Promise<void> {
    // Sends the head now, for clients that process a stream.
    response.flushHeaders();
    const stop = () => cancel(chunks);
    response.once('close', stop);
    for (;;) {
        const { done, value } = await chunks.next();
        if (done || response.destroyed) break;
        if (!response.write(value)) await waitForDrain(response);
    }
    response.off('close', stop);
}

/** Waits until more can be written or the connection closes. */
async function waitForDrain(response: ServerResponse): Promise<void> {
    await new Promise<void>((resolve) => {
        const go = () => {
            response.off('drain', go).off('close', go);
            resolve();
        };
        response.on('drain', go).on('close', go);
    });
}

/** Not awaited: a source may be waiting for its next chunk. */
function cancel(chunks: AsyncIterator<Uint8Array>): void {
    void Promise.resolve(chunks.return?.()).catch(() => {});
}
