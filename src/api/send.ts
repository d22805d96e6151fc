import { pipeline, Readable } from 'node:stream';
import { setImmediate } from 'node:timers';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Content } from '../model/streams.js';

type BufferedBody = string | Uint8Array | null;
export type Body = BufferedBody | Content;

/** True for a body that is not streamed. */
export function isBuffered(body: Body): body is BufferedBody {
    return body === null || typeof body === 'string' || body instanceof Uint8Array;
}

/**
 * Writes a response to Node's response. If the body fails, or the client stops reading, the connection is destroyed: a regular
 * end would make a partial body look complete.
 *
 * @param headers - By their names in lower case.
 * @throws Node's error for an invalid header, before anything is sent.
 */
export function sendResponse(
    outgoing: ServerResponse,
    body: Body,
    { status, headers }: { status: number; headers: OutgoingHttpHeaders },
): void {
    const source = isBuffered(body) ? undefined : body instanceof Readable ? body : Readable.from(body);
    if (outgoing.destroyed) {
        source?.destroy();
        return;
    }
    outgoing.writeHead(status, headers);
    if (isBuffered(body)) {
        enqueue(outgoing, body);
        return;
    }
    // For a client that follows a stream, such as a log.
    outgoing.flushHeaders();
    pipeline(source!, outgoing, () => {});
}

interface BufferedResponse {
    readonly outgoing: ServerResponse;
    readonly body: BufferedBody;
}

/** Buffered responses whose heads are written. */
const pending: BufferedResponse[] = [];

/** Sends the buffered responses of one event-loop turn together: see `docs/decisions/response-batching.md`. */
function enqueue(outgoing: ServerResponse, body: BufferedBody): void {
    if (pending.push({ outgoing, body }) === 1) setImmediate(flush);
}

function flush(): void {
    for (const { outgoing, body } of pending.splice(0)) if (!outgoing.destroyed) outgoing.end(body);
}
