import { fairTurns } from '../executor/fair-turns.js';
import { errorAnswer } from '../api/error-answer.js';
import { drain } from './drain.js';
import { IncomingRequest, mayHaveBody } from './incoming-request.js';
import { sendAnswer } from './send-answer.js';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What Node's HTTP server calls for each request. */
export type NodeHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

type Fetch = (request: Request) => Promise<Response>;

/**
 * Makes a handler for Node's HTTP server of one that takes a `Request`. The signal of a request is aborted when its client
 * goes away.
 *
 * It looks at nothing but the request itself: which hosts and origins may ask is for the server to say.
 *
 * @example
 * const server = http.createServer(toNodeHandler(engine.fetch));
 */
export function toNodeHandler(fetch: Fetch): NodeHandler {
    return (incoming, outgoing) => {
        void handle(incoming, outgoing, fetch);
    };
}

async function handle(incoming: IncomingMessage, outgoing: ServerResponse, fetch: Fetch): Promise<void> {
    const turn = fairTurns.wait();
    if (turn !== undefined) await turn;
    const hasBody = mayHaveBody(incoming.method);
    let answer: Response;
    try {
        answer = await fetch(new IncomingRequest(incoming, outgoing));
    } catch (error) {
        answer = errorAnswer(error);
    }
    // Not earlier, as who still sends would find the connection closed in place of the answer.
    if (hasBody && !isRead(incoming)) outgoing.once('close', () => drain(incoming));
    try {
        await sendAnswer(answer, outgoing);
    } catch (error) {
        // Such as a header that cannot be sent.
        await sendAnswer(errorAnswer(error), outgoing);
    }
}

/** Before its end has been told already. */
function isRead({ complete, readableLength }: IncomingMessage): boolean {
    return complete && readableLength === 0;
}
