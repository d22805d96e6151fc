import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { ApiRefusal } from '../api/api-refusal.js';
import { errorAnswer } from '../api/error-answer.js';
import { provideBody } from '../api/body.js';
import { readIncoming } from './read-incoming.js';
import { sendAnswer } from './send-answer.js';
import type { IncomingMessage, ServerResponse } from 'node:http';

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** What Node's HTTP server calls for each request. */
export type NodeHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/**
 * Makes a handler for Node's HTTP server of one that takes a `Request`. The signal of a request is aborted when its client
 * goes away.
 *
 * It looks at nothing but the request itself: which hosts and origins may ask is for the server to say.
 *
 * @example
 * const server = http.createServer(toNodeHandler(engine.fetch));
 */
export function toNodeHandler(fetch: (request: Request) => Promise<Response>): NodeHandler {
    const listener = getRequestListener(
        async (request, { incoming, outgoing }) => {
            if (!BODILESS.has(request.method)) {
                const message = incoming as IncomingMessage;
                provideBody(request, {
                    whole: (limit) => readIncoming(message, limit),
                    // Destroying it would cut off the answer to what came so far.
                    pieces: () => message.iterator({ destroyOnReturn: false }),
                });
            }
            await sendAnswer(await fetch(request), outgoing as ServerResponse);
            return RESPONSE_ALREADY_SENT;
        },
        { overrideGlobalObjects: false, errorHandler: (error) => errorAnswer(unreadable(error)) },
    );
    return (incoming, outgoing) => {
        // Whoever broke off sees it; who waits for the body or writes the answer is told there.
        incoming.on('error', () => {});
        outgoing.on('error', () => {});
        void listener(incoming, outgoing);
    };
}

function unreadable(error: unknown): unknown {
    if (!(error instanceof Error) || error.name !== 'RequestError') return error;
    return new ApiRefusal(400, 'invalid-request', `The request cannot be read: ${error.message}.`);
}
