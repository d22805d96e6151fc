import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebCall, WebHeaders, WebRequest } from '../../protocol/network.js';
import { sendBody } from './api-answer.js';
import { notHttp, type Purpose } from './memory-connections.js';

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
        const { body, upload } = await readBody(request);
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

/** The body in one piece if it is small; else, or if nobody knows yet, as it comes. */
async function readBody(request: IncomingMessage): Promise<{ body?: Uint8Array; upload?: AsyncIterable<Uint8Array> }> {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if (length === undefined && encoding === undefined) return {};
    if (encoding !== undefined || Number(length) > WHOLE_BYTES) {
        // Whoever stops reading it has not hung up.
        return { upload: request.iterator({ destroyOnReturn: false }) };
    }
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    return { body: Buffer.concat(pieces) };
}
