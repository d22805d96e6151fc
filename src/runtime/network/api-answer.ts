import { NetworkError } from './connect-arguments.js';
import { notHttp, type Purpose } from './memory-connections.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiCall, ApiRequest } from '../../protocol/api.js';
import type { WebCall, WebHeaders, WebRequest } from '../../protocol/network.js';

/** What comes before the path where a client believes that it speaks to a proxy. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;
const BODILESS = new Set([204, 205, 304]);

/**
 * Answers one request of an Actor, and cuts its connection if that fails: a client must not wait for, or believe in, an
 * answer that is not one.
 */
export async function answerRequest(
    answer: ApiCall,
    request: IncomingMessage,
    response: ServerResponse,
): Promise<void> {
    try {
        const answered = await answer(await readRequest(request));
        // Else a body that is too short would leave the client waiting.
        response.strictContentLength = true;
        response.writeHead(answered.status, answered.headers);
        await sendBody(answered, request, response);
    } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        const message = `The engine could not answer ${request.method} ${request.url}: ${reason}`;
        request.socket.destroy(new NetworkError('ERR_API_NOT_ANSWERED', message, { cause }));
    }
}

/** Sends the body of an answer whose head has been written. */
async function sendBody(
    { status, body }: { status: number; body: AsyncIterable<Uint8Array> },
    { method }: IncomingMessage,
    response: ServerResponse,
): Promise<void> {
    const pieces = body[Symbol.asyncIterator]();
    if (response.destroyed || method === 'HEAD' || BODILESS.has(status)) giveUp(pieces);
    else await sendPieces(pieces, response);
    response.end();
}

async function readRequest(request: IncomingMessage): Promise<ApiRequest> {
    const { method = 'GET', url = '/' } = request;
    const headers: Record<string, string> = {};
    for (const [name, value = ''] of Object.entries(request.headers)) {
        headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    const body = await readBody(request);
    return { method, path: url.replace(ORIGIN, '') || '/', headers, ...(body && { body }) };
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
    // To iterate a stream for the first time in a thread takes more than a millisecond.
    if (!hasBody(request)) return undefined;
    const body = await readWhole(request);
    return body.length > 0 ? body : undefined;
}

function hasBody({ headers }: IncomingMessage): boolean {
    return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

async function readWhole(request: IncomingMessage): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    return Buffer.concat(pieces);
}

async function sendPieces(pieces: AsyncIterator<Uint8Array>, response: ServerResponse): Promise<void> {
    // The head goes out now, for whoever listens to what comes over time.
    response.flushHeaders();
    const stop = () => giveUp(pieces);
    response.once('close', stop);
    for (;;) {
        const { done, value } = await pieces.next();
        if (done || response.destroyed) break;
        if (!response.write(value)) await room(response);
    }
    response.off('close', stop);
}

/** Waits until more can be written, or nothing will be any more. */
async function room(response: ServerResponse): Promise<void> {
    await new Promise<void>((resolve) => {
        const go = () => {
            response.off('drain', go).off('close', go);
            resolve();
        };
        response.on('drain', go).on('close', go);
    });
}

/** Not awaited: a source may be in the middle of waiting for its next piece. */
function giveUp(pieces: AsyncIterator<Uint8Array>): void {
    void Promise.resolve(pieces.return?.()).catch(() => {});
}

/** A body up to this size goes in one message with its request. */
const WHOLE_BYTES = 2 ** 20;

/** What is for one connection, and not for who answers in the end. */
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
export function urlOf({ url = '/' }: IncomingMessage, { isSecure, authority }: Purpose): string {
    const text = ABSOLUTE.test(url) ? url : `${isSecure ? 'https' : 'http'}://${authority}${url}`;
    return URL.canParse(text) ? new URL(text).href : text;
}

/**
 * Has one request of an Actor answered by the handler of its host, and cuts the connection where there is no answer: to the
 * client, that is a connection that failed for the reason given.
 */
export async function answerOutside(
    ask: WebCall,
    request: IncomingMessage,
    response: ServerResponse,
    purpose: Purpose,
): Promise<void> {
    const abort = new AbortController();
    response.once('close', () => abort.abort(new Error('The client has closed the connection.')));
    try {
        if (request.headers.upgrade?.toLowerCase() === 'websocket') throw notHttp(purpose);
        const head = { method: request.method ?? 'GET', url: urlOf(request, purpose), headers: headersOf(request) };
        const { signal } = abort;
        const { body, upload } = await readOrStream(request);
        const sent: WebRequest = body === undefined ? head : { ...head, body };
        const answer = await ask(sent, upload === undefined ? { signal } : { signal, upload });
        // Whatever the handler has left of the body must be read to its end, or the client could not go on.
        response.once('finish', () => request.resume());
        response.sendDate = false;
        response.strictContentLength = true;
        response.writeHead(answer.status, answer.statusText || undefined, endToEnd(answer.headers).flat());
        await sendBody(answer, request, response);
    } catch (cause) {
        request.socket.destroy(cause instanceof Error ? cause : new Error(String(cause)));
    }
}

function headersOf({ rawHeaders }: IncomingMessage): WebHeaders {
    const pairs: WebHeaders = [];
    for (let index = 0; index < rawHeaders.length; index += 2) {
        pairs.push([rawHeaders[index]!, rawHeaders[index + 1]!]);
    }
    return endToEnd(pairs);
}

function endToEnd(headers: WebHeaders): WebHeaders {
    return headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
}

/** The body in one piece if it is small; else, or if its size is unknown, as it comes. */
async function readOrStream(
    request: IncomingMessage,
): Promise<{ body?: Uint8Array; upload?: AsyncIterable<Uint8Array> }> {
    if (!hasBody(request)) return {};
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    // The client has not hung up when its body is no longer read.
    if (encoding !== undefined || Number(length) > WHOLE_BYTES)
        return { upload: request.iterator({ destroyOnReturn: false }) };
    return { body: await readWhole(request) };
}
