import { API_BASE_URL } from '../../protocol/api.js';
import type { WebRequest, WebResponse } from '../../protocol/network.js';
import type { FaultHook } from '../../protocol/operations.js';
import type { Client } from '../../model/client/client.js';

/** Answers a request of an Actor to the API, which is loaded with the first request. */
export async function handleActorRequest(
    { method, url, headers, body }: WebRequest,
    client: Client,
    faultHook?: FaultHook,
): Promise<WebResponse> {
    const { handleTrustedRequest } = await import('../../api/api.js');
    const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
    const { pathname, search } = new URL(url);
    const request = new Request(new URL(API_BASE_URL).origin + pathname + search, {
        method,
        headers,
        ...(hasBody && { body: body as Uint8Array<ArrayBuffer> }),
    });
    const response = await handleTrustedRequest(request, client, faultHook);
    return {
        status: response.status,
        statusText: response.statusText,
        headers: [...response.headers],
        body: readChunks(response.body?.getReader()),
    };
}

/** The methods of a stream reader that {@link readChunks} uses. */
interface Reader {
    read(): Promise<{ done: boolean; value?: Uint8Array }>;
    cancel(): Promise<void>;
}

/** Not a generator: that could not be closed while it waits for the next chunk, for instance of a log without new lines. */
function readChunks(reader: Reader | undefined): AsyncIterable<Uint8Array> {
    const end: IteratorResult<Uint8Array> = { done: true, value: undefined };
    const iterator: AsyncIterator<Uint8Array> = {
        async next() {
            const chunk = await reader?.read();
            return chunk?.value === undefined ? end : { done: false, value: chunk.value };
        },
        async return() {
            await reader?.cancel();
            return end;
        },
    };
    return { [Symbol.asyncIterator]: () => iterator };
}
