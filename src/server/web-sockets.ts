import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { HttpError, errorResponse } from '../api/errors.js';
import type { Duplex } from 'node:stream';

export type { WebSocket, WebSocketServer } from 'ws';

/** More bytes than this waiting for a client mean that it does not read. */
export const MAX_WAITING_BYTES = 1_048_576;
/** The maximum size of a message from a client. */
const MAX_MESSAGE_BYTES = 4_096;

/** Serves a websocket that has been opened. */
export type ServeWebSocket = (webSocket: WebSocket) => void;

/**
 * Opens the websockets that requests to a server ask for.
 *
 * @param route - Returns what serves the websocket of a request, or why it is refused.
 */
export function openWebSockets(
    server: Server,
    route: (request: IncomingMessage) => ServeWebSocket | HttpError,
): WebSocketServer {
    const webSockets = new WebSocketServer({
        noServer: true,
        maxPayload: MAX_MESSAGE_BYTES,
        perMessageDeflate: false,
    });
    server.on('upgrade', (request, socket, head) => {
        socket.on('error', () => {});
        const serve = route(request);
        if (serve instanceof HttpError) {
            void endWithError(socket, serve);
            return;
        }
        webSockets.handleUpgrade(request, socket, head, (webSocket) => {
            webSocket.on('error', () => {});
            serve(webSocket);
        });
    });
    return webSockets;
}

/** Answers a request that has no response with an error in the API's shape, and ends its connection. */
export async function endWithError(socket: Duplex, refusal: Error): Promise<void> {
    const answer = errorResponse({ env: {}, req: { method: 'GET' } }, refusal);
    const body = await answer.text();
    const head = [
        `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
        `Content-Type: ${answer.headers.get('content-type')}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Connection: close',
    ];
    // Destroyed at its end, since a client that sends such requests may never end.
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
