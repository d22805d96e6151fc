import { NetworkError } from './connect-arguments.js';
import { notHttpError, type Destination } from './memory-connections.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebRequestContext, WebHeaders, WebRequest, WebResponse } from '../../protocol/network.js';

/** Has a request of an Actor answered, by the API or by the handler of its host. */
export type WebRequestHandler = (
    request: WebRequest,
    context: WebRequestContext,
    isForApi: boolean,
) => Promise<WebResponse>;

const BODILESS = new Set([204, 205, 304]);
/** A body up to this size goes in one message with its request. */
const MAX_BUFFERED_BYTES = 2 ** 20;
/** For one connection, and not for what answers in the end. */
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

/** The URL that a request is for, as its client would write it. */
export function urlOf({ url = '/' }: IncomingMessage, { isSecure, authority }: Destination): string {
    const text = ABSOLUTE.test(url) ? url : `${isSecure ? 'https' : 'http'}://${authority}${url}`;
    return URL.canParse(text) ? new URL(text).href : text;
}

/**
 * Answers one request of an Actor, and cuts its connection if that fails: a client must not wait for, or believe in, an answer that
 * is not one. For the handler's clients, that is a connection that failed for the reason given.
 */
export async function handleWebRequest(
    handle: WebRequestHandler,
    request: IncomingMessage,
    response: ServerResponse,
    destination: Destination,
): Promise<void> {
    const { isForApi } = destination;
    const abort = new AbortController();
    response.once('close', () => abort.abort(new Error('The client has closed the connection.')));
    try {
        if (!isForApi && request.headers.upgrade?.toLowerCase() === 'websocket') throw notHttpError(destination);
        const { body, upload } = await readBody(request, isForApi);
        const head = { method: request.method ?? 'GET', url: urlOf(request, destination), headers: headersOf(request) };
        const context = { signal: abort.signal, ...(upload && { upload }) };
        const result = await handle({ ...head, ...(body && { body }) }, context, isForApi);
        // The rest of the body must be read to its end, or the client could not send another request.
        response.once('finish', () => request.resume());
        response.sendDate = isForApi;
        // Else a body that is too short would leave the client waiting.
        response.strictContentLength = true;
        const { status, statusText, headers } = result;
        response.writeHead(status, statusText || undefined, stripHopByHop(headers).flat());
        await sendBody(result, request, response);
    } catch (cause) {
        request.socket.destroy(isForApi ? notAnsweredError(request, cause) : asError(cause));
    }
}

function notAnsweredError({ method, url }: IncomingMessage, cause: unknown): NetworkError {
    const message = `The engine could not answer ${method} ${url}: ${asError(cause).message}`;
    return new NetworkError('ERR_API_NOT_ANSWERED', message, { cause });
}

function asError(cause: unknown): Error {
    return cause instanceof Error ? cause : new Error(String(cause));
}

function headersOf({ rawHeaders }: IncomingMessage): WebHeaders {
    const pairs: WebHeaders = [];
    for (let index = 0; index < rawHeaders.length; index += 2) {
        pairs.push([rawHeaders[index]!, rawHeaders[index + 1]!]);
    }
    return stripHopByHop(pairs);
}

function stripHopByHop(headers: WebHeaders): WebHeaders {
    return headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
}

/** The body in one piece if it is small, or for the API; else, or if its size is unknown, as it comes. */
async function readBody(
    request: IncomingMessage,
    isForApi: boolean,
): Promise<{ body?: Uint8Array; upload?: AsyncIterable<Uint8Array> }> {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    // To iterate a stream for the first time in a thread takes more than a millisecond.
    if (length === undefined && encoding === undefined) return {};
    const isLarge = encoding !== undefined || Number(length) > MAX_BUFFERED_BYTES;
    // The client has not hung up when its body is no longer read.
    if (isLarge && !isForApi) return { upload: request.iterator({ destroyOnReturn: false }) };
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    return isForApi && body.length === 0 ? {} : { body };
}

/** Sends the body of an answer whose head has been written. */
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
    // The head goes out now, for a client that listens to what comes over time.
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

/** Waits until more can be written, or nothing will be any more. */
async function waitForDrain(response: ServerResponse): Promise<void> {
    await new Promise<void>((resolve) => {
        const go = () => {
            response.off('drain', go).off('close', go);
            resolve();
        };
        response.on('drain', go).on('close', go);
    });
}

/** Not awaited: a source may be in the middle of waiting for its next piece. */
function cancel(chunks: AsyncIterator<Uint8Array>): void {
    void Promise.resolve(chunks.return?.()).catch(() => {});
}
