import { WebSocketServer } from 'ws';

export type { WebSocket, WebSocketServer } from 'ws';

/** Makes what turns connections into websockets. @param mostBytes - Of a message that is taken in. */
export function createWebSockets(mostBytes: number): WebSocketServer {
    return new WebSocketServer({ noServer: true, maxPayload: mostBytes, perMessageDeflate: false });
}

/** Says that the server goes away. */
const GOING_AWAY = 1001;

/** Tells all who are connected that the server goes away, and lets no more in. */
export function closeWebSockets(server: WebSocketServer): void {
    for (const webSocket of server.clients) webSocket.close(GOING_AWAY);
    server.close();
}
