import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Readable } from 'node:stream';
import { getRequestListener, RequestError } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { HttpError, errorResponse } from '../api/errors.js';
import { isEngineError } from '../errors/engine-error.js';
import { serializeError } from '../errors/serialize.js';
import { sendResponse } from '../api/send.js';
import { invalid } from '../util/check.js';
import { copyFastifyBody, FASTIFY_CHANNEL, withParsedBody } from './parsed-body.js';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A request handler for Node's HTTP server, and for frameworks that forward its requests. Accepts Node's request and response,
 * or those of Fastify.
 */
export type NodeHandler = (
    incoming: IncomingMessage | { readonly raw: IncomingMessage; readonly body?: unknown },
    outgoing: ServerResponse | { readonly raw: ServerResponse; hijack(): unknown },
) => void;

type Fetch = (request: Request) => Promise<Response>;
/** Handles a request and writes to Node's response. */
type Responder = (request: Request, outgoing: ServerResponse, incoming: IncomingMessage) => Promise<unknown>;

/**
 * Creates a handler for Node's HTTP server, and for frameworks that forward its requests, from a function that takes a `Request`.
 * The signal of a request is aborted when its client disconnects. If a body parser has read the body, the handler uses
 * `request.body`.
 *
 * It does not check hosts and origins; that is up to the server.
 *
 * @example
 * const server = http.createServer(toNodeHandler(engine.fetch));
 *
 * @example
 * expressApp.use(toNodeHandler(engine.fetch));
 * fastifyApp.all('/v2/*', toNodeHandler(engine.fetch));
 */
export function toNodeHandler(fetch: Fetch): NodeHandler {
    if (typeof fetch !== 'function') throw invalid('fetch', fetch, 'a function', 'Pass `engine.fetch`.');
    unsubscribe(FASTIFY_CHANNEL, copyFastifyBody);
    subscribe(FASTIFY_CHANNEL, copyFastifyBody);
    const handle = nodeHandler(async (request, outgoing, incoming) =>
        sendWebResponse(await fetch(withParsedBody(request, incoming)), outgoing),
    );
    return (incoming, outgoing) => {
        const isWrapped = 'raw' in incoming;
        if (isWrapped) copyFastifyBody({ request: incoming });
        if ('hijack' in outgoing) outgoing.hijack();
        handle(isWrapped ? incoming.raw : incoming, 'raw' in outgoing ? outgoing.raw : outgoing);
    };
}

/** Creates a handler for Node's HTTP server from a function that writes to Node's response itself. */
export function nodeHandler(respond: Responder): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
    const handle = getRequestListener(
        async (request, { incoming, outgoing }) => {
            await respond(request, outgoing as ServerResponse, incoming as IncomingMessage);
            return RESPONSE_ALREADY_SENT;
        },
        { overrideGlobalObjects: false, errorHandler },
    );
    return (incoming, outgoing) => void handle(incoming, outgoing);
}

function errorHandler(thrown: unknown): Response {
    return errorResponse({ env: {}, req: { method: '' } }, toResponseError(thrown));
}

function toResponseError(thrown: unknown): Error {
    if (thrown instanceof HttpError || isEngineError(thrown)) return thrown;
    const { message } = serializeError(thrown);
    if (thrown instanceof RequestError)
        return new HttpError(400, 'invalid-request', `The request is invalid: ${message}.`);
    // The engine responds to its own errors: this one is from the function that the host has passed.
    return new HttpError(500, 'internal-error', `The function passed to \`toNodeHandler\` failed: ${message}`);
}

function sendWebResponse({ status, headers, body }: Response, outgoing: ServerResponse): void {
    const cookies = headers.getSetCookie();
    const fields = { ...Object.fromEntries(headers), ...(cookies.length > 0 && { 'set-cookie': cookies }) };
    const source = body === null ? null : Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
    sendResponse(outgoing, source, { status, headers: fields });
}
