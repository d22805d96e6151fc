import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** Answers a request for a websocket as if it had been a plain one, and ends its connection. */
export async function refuseUpgrade(socket: Socket, answer: Response): Promise<void> {
    const body = await answer.text();
    const head = [
        `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
        `Content-Type: ${answer.headers.get('content-type')}`,
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
