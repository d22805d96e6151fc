import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { HttpError, errorResponse } from '../api/errors.js';
import type { Duplex } from 'node:stream';

export type { WebSocket, WebSocketServer } from 'ws';

/** Number of unsent bytes from which a client counts as not reading. */
export const MAX_WAITING_BYTES = 1_048_576;
/** Maximum size of a message from a client. */
const MAX_MESSAGE_BYTES = 4_096;

/** Serves an open websocket. */
export type ServeWebSocket = (webSocket: WebSocket) => void;

/**
 * Accepts websockets on a server.
 *
 * @param route - Returns the function that serves the websocket of a request, or the error for the request.
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

/** Writes an error in the API's shape to a socket without a Node response, and ends the connection. */
export async function endWithError(socket: Duplex, error: Error): Promise<void> {
    const response = errorResponse({ env: {}, req: { method: 'GET' } }, error);
    const body = await response.text();
    const head = [
        `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status]}`,
        `Content-Type: ${response.headers.get('content-type')}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Connection: close',
    ];
    // Destroyed once written: the client may never end its side.
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
