import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiCall, ApiRequest } from '../../protocol/api.js';
import { NetworkError } from './network-error.js';

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
export async function sendBody(
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
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    // To iterate a stream for the first time in a thread takes more than a millisecond.
    if (length === undefined && encoding === undefined) return undefined;
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    return pieces.length > 0 ? Buffer.concat(pieces) : undefined;
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
