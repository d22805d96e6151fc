import { pipeline, Readable } from 'node:stream';
import { setImmediate } from 'node:timers';
import { JSON_TYPE } from '../util/json/json.js';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Content } from '../model/streams.js';

type WholeBody = string | Uint8Array | null;
export type Body = WholeBody | Content;

/** True for a body that is not streamed. */
export function isWhole(body: Body): body is WholeBody {
    return body === null || typeof body === 'string' || body instanceof Uint8Array;
}

/** Types that a browser shows as a page, which could then act in the name of the engine. */
const PAGES = /html|xml|svg/i;

/**
 * Sends an answer by Node's response. A body that fails, or that the client no longer reads, breaks the connection off: an
 * orderly end would make what was sent look complete.
 *
 * @param headers - By their names in lower case; they get those that every answer has.
 * @throws The error of Node for a header that cannot be sent; nothing has been sent then.
 */
export function sendResponse(
    outgoing: ServerResponse,
    body: Body,
    { status, headers }: { status: number; headers: OutgoingHttpHeaders },
): void {
    const source = isWhole(body) ? undefined : body instanceof Readable ? body : Readable.from(body);
    if (outgoing.destroyed) {
        source?.destroy();
        return;
    }
    // A GET that is answered as a HEAD, by its query: its client would wait for what the header announces.
    if (body === null && outgoing.req.method !== 'HEAD') delete headers['content-length'];
    outgoing.writeHead(status, secured(headers));
    if (isWhole(body)) {
        sendSoon(outgoing, body);
        return;
    }
    // For a client that follows what comes over time.
    outgoing.flushHeaders();
    pipeline(source!, outgoing, () => {});
}

function secured(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
    const contentType = headers['content-type'];
    if (contentType !== undefined && contentType !== JSON_TYPE && PAGES.test(String(contentType))) {
        headers['content-security-policy'] = 'sandbox';
    }
    headers['x-content-type-options'] = 'nosniff';
    return headers;
}

interface WholeAnswer {
    readonly outgoing: ServerResponse;
    readonly body: WholeBody;
}

/** Whole answers whose heads are written. */
const due: WholeAnswer[] = [];

/** Sends whole answers of one turn of the event loop together: see `docs/decisions/response-batching.md`. */
function sendSoon(outgoing: ServerResponse, body: WholeBody): void {
    if (due.push({ outgoing, body }) === 1) setImmediate(sendDue);
}

function sendDue(): void {
    for (const { outgoing, body } of due.splice(0)) if (!outgoing.destroyed) outgoing.end(body);
}
