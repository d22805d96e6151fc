import { Readable } from 'node:stream';
import { getRequestListener, RequestError } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { HttpError, errorResponse } from '../api/errors.js';
import { sendResponse } from '../api/send.js';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The function that Node's HTTP server calls for each request. */
export type NodeHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

type Fetch = (request: Request) => Promise<Response>;
/** Handles a request and writes to Node's response. */
type Responder = (request: Request, outgoing: ServerResponse) => Promise<unknown>;

/**
 * Creates a handler for Node's HTTP server, and for frameworks that forward its requests, from a function that takes a `Request`.
 * The signal of a request is aborted when its client disconnects.
 *
 * It does not check hosts and origins; that is up to the server.
 *
 * @example
 * const server = http.createServer(toNodeHandler(engine.fetch));
 */
export function toNodeHandler(fetch: Fetch): NodeHandler {
    const handle = nodeHandler(async (request, outgoing) => sendWebResponse(await fetch(request), outgoing));
    return (incoming, outgoing) => {
        restoreBody(incoming);
        handle(incoming, outgoing);
    };
}

/** Creates a handler for Node's HTTP server from a function that writes to Node's response itself. */
export function nodeHandler(respond: Responder): NodeHandler {
    const handle = getRequestListener(
        async (request, { outgoing }) => {
            await respond(request, outgoing as ServerResponse);
            return RESPONSE_ALREADY_SENT;
        },
        { overrideGlobalObjects: false, errorHandler },
    );
    return (incoming, outgoing) => void handle(incoming, outgoing);
}

function errorHandler(error: unknown): Response {
    const cause =
        error instanceof RequestError
            ? new HttpError(400, 'invalid-request', `The request is invalid: ${error.message}.`)
            : error;
    return errorResponse({ env: {}, req: { method: '' } }, cause);
}

function sendWebResponse({ status, headers, body }: Response, outgoing: ServerResponse): void {
    const cookies = headers.getSetCookie();
    const fields = { ...Object.fromEntries(headers), ...(cookies.length > 0 && { 'set-cookie': cookies }) };
    const source = body === null ? null : Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
    sendResponse(outgoing, source, { status, headers: fields });
}

/** Restores a body that a parser of the framework has already read: from bytes, text, or the parsed value. */
function restoreBody(incoming: IncomingMessage & { body?: unknown; rawBody?: unknown }): void {
    const { body, readableDidRead } = incoming;
    if (!readableDidRead || body === undefined || body === null || incoming.rawBody instanceof Buffer) return;
    if (body instanceof Uint8Array) incoming.rawBody = Buffer.from(body);
    else incoming.rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    // Parsers decompress.
    delete incoming.headers['content-encoding'];
}
