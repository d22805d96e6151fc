import type { IncomingMessage } from 'node:http';
import type { ApiCall } from '../protocol/api.js';
import type { WebCall } from '../protocol/network.js';

/** What is sent. Always by POST. */
export interface WebhookRequest {
    url: URL;
    headers: Record<string, string>;
    body: string;
    /** Whether a certificate that cannot be trusted is taken all the same. */
    ignoreSslErrors: boolean;
}

/** What came back: the status, and the beginning of the body. */
export interface WebhookResponse {
    status: number;
    body: string;
}

/** So much of a response is read and kept. */
const MAX_RESPONSE_BYTES = 8_192;

/**
 * Sends a request over the network. Redirects are responses like any other, and of a long body only the beginning is read.
 *
 * @throws What went wrong with the connection; the reason of the signal when that is aborted.
 */
export async function sendOverNetwork(
    { url, headers, body, ignoreSslErrors }: WebhookRequest,
    signal: AbortSignal,
): Promise<WebhookResponse> {
    const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
    signal.throwIfAborted();
    const bytes = Buffer.from(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing = request(url, {
            method: 'POST',
            headers: { ...headers, 'content-length': String(bytes.length) },
            // No connection stays open that nobody might need again.
            agent: false,
            rejectUnauthorized: !ignoreSslErrors,
        });
        signal.addEventListener('abort', () => outgoing.destroy(signal.reason as Error), { once: true });
        // Also after the response has begun: its reader hears of it too, but somebody has to listen here.
        outgoing.on('error', reject).on('response', resolve).end(bytes);
    });
    try {
        return { status: response.statusCode ?? 0, body: await beginningOf(response) };
    } catch (error) {
        // To its reader, a response that was given up is only one that broke off.
        signal.throwIfAborted();
        throw error;
    }
}

/** Hands a request to the engine's own API; throws the reason of the signal when that is aborted. */
export async function sendToApi(
    { url, headers, body }: WebhookRequest,
    answer: ApiCall,
    signal: AbortSignal,
): Promise<WebhookResponse> {
    const request = { method: 'POST', path: url.pathname + url.search, headers, body: Buffer.from(body) };
    const work = answer(request).then(async ({ status, body }) => ({ status, body: await beginningOf(body) }));
    return unlessAborted(work, signal);
}

/** Has a request answered by the handler that stands for the network; throws the reason of the signal when that is aborted. */
export async function sendToHandler(
    { url, headers, body }: WebhookRequest,
    ask: WebCall,
    signal: AbortSignal,
): Promise<WebhookResponse> {
    const request = { method: 'POST', url: url.href, headers: Object.entries(headers), body: Buffer.from(body) };
    const work = ask(request, { signal }).then(async ({ status, body }) => ({ status, body: await beginningOf(body) }));
    return unlessAborted(work, signal);
}

async function beginningOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of pieces) {
        chunks.push(chunk);
        size += chunk.byteLength;
        if (size >= MAX_RESPONSE_BYTES) break;
    }
    return Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES).toString();
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
        const giveUp = (): void => reject(signal.reason as Error);
        if (signal.aborted) giveUp();
        signal.addEventListener('abort', giveUp, { once: true });
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    });
}
