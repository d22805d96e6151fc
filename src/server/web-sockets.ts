import { STATUS_CODES } from 'node:http';
import { WebSocketServer } from 'ws';
import { errorAnswer } from '../api/errors.js';
import type { Duplex } from 'node:stream';

export type { WebSocket, WebSocketServer } from 'ws';

/** More bytes than this waiting for a client mean that it does not read. */
export const MAX_WAITING_BYTES = 1_048_576;
/** The server goes away. */
const GOING_AWAY = 1001;

/** Makes a server that turns connections into websockets. @param maxBytes - The maximum size of a message from a client. */
export function createWebSockets(maxBytes: number): WebSocketServer {
    return new WebSocketServer({ noServer: true, maxPayload: maxBytes, perMessageDeflate: false });
}

/** Closes all websockets of a server, and accepts no more. */
export function closeWebSockets(server: WebSocketServer): void {
    for (const webSocket of server.clients) webSocket.close(GOING_AWAY);
    server.close();
}

/** Answers a request that has no response with an error in the API's shape, and ends its connection. */
export async function endWithRefusal(socket: Duplex, refusal: Error): Promise<void> {
    const answer = errorAnswer({ env: {}, req: { method: 'GET' } }, refusal);
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
