import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** A response as received over a socket. */
export interface RawResponse {
    status: number;
    headers: Record<string, string>;
    body: string;
}

/** Connects to this machine. The socket is destroyed when the test ends, and its errors are ignored. */
export async function openSocket(port: number): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
}

/** Sends text unchanged, and returns everything received until the other side closes. */
export async function sendRaw(port: number, text: string | Uint8Array): Promise<string> {
    const socket = await openSocket(port);
    socket.write(text);
    return readAll(socket);
}

/** Returns everything received until the other side closes. */
export async function readAll(socket: Socket): Promise<string> {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // Not `once`, which rejects if the other side resets the connection.
    if (!socket.closed) await new Promise((resolve) => socket.on('close', resolve));
    return Buffer.concat(chunks).toString();
}

/** Formats a request without a body, after whose response the connection closes. */
export function formatRequest(line: string, headers: Record<string, string> = {}): string {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `${line} HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`;
}

/** Parses the responses of a connection. Each must have a `Content-Length`, or end with the connection. */
export function parseResponses(text: string): RawResponse[] {
    const responses: RawResponse[] = [];
    for (let rest = text; rest !== '';) {
        const [head = ''] = rest.split('\r\n\r\n', 1);
        const [statusLine = '', ...lines] = head.split('\r\n');
        const headers = Object.fromEntries(
            lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
        );
        const start = head.length + 4;
        const length = headers['content-length'] === undefined ? rest.length : Number(headers['content-length']);
        responses.push({ status: Number(statusLine.split(' ')[1]), headers, body: rest.slice(start, start + length) });
        rest = rest.slice(start + length);
    }
    return responses;
}
