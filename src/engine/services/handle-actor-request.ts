import { API_BASE_URL } from '../../protocol/api.js';
import type { WebRequest, WebResponse } from '../../protocol/network.js';
import type { FaultHook } from '../../protocol/operations.js';
import type { Client } from '../../model/client/client.js';

/** Answers a request that an Actor has sent to the API. The API is loaded by the first of them. */
export async function handleActorRequest(
    { method, url, headers, body }: WebRequest,
    client: Client,
    hinder?: FaultHook,
): Promise<WebResponse> {
    const { handleTrustedRequest: answerApiRequest } = await import('../../api/api.js');
    const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
    const { pathname, search } = new URL(url);
    const request = new Request(new URL(pathname + search, API_BASE_URL), {
        method,
        headers,
        ...(hasBody && { body: body as Uint8Array<ArrayBuffer> }),
    });
    const response = await answerApiRequest(request, client, hinder);
    return {
        status: response.status,
        statusText: response.statusText,
        headers: [...response.headers],
        body: piecesOf(response.body?.getReader()),
    };
}

/** What is needed of the reader of a stream. */
interface Reader {
    read(): Promise<{ done: boolean; value?: Uint8Array }>;
    cancel(): Promise<void>;
}

/** Made by hand, because a generator could not be ended while it waits for the next piece, as of a log that is silent. */
function piecesOf(reader: Reader | undefined): AsyncIterable<Uint8Array> {
    const end: IteratorResult<Uint8Array> = { done: true, value: undefined };
    const iterator: AsyncIterator<Uint8Array> = {
        async next() {
            const piece = await reader?.read();
            return piece?.value === undefined ? end : { done: false, value: piece.value };
        },
        async return() {
            await reader?.cancel();
            return end;
        },
    };
    return { [Symbol.asyncIterator]: () => iterator };
}
