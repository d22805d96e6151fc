import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** One answer as it came over a socket. */
export interface RawAnswer {
    status: number;
    headers: Record<string, string>;
    body: string;
}

/** Connects to this machine; the socket is gone when the test is over, and an error of it ends nothing. */
export async function openSocket(port: number): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
}

/** Sends text as it stands and returns all that comes back until the other side closes. */
export async function sendRaw(port: number, text: string | Uint8Array): Promise<string> {
    const socket = await openSocket(port);
    socket.write(text);
    return readAll(socket);
}

/** All that comes until the other side closes. */
export async function readAll(socket: Socket): Promise<string> {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // Not by `once`, which rejects where the other side breaks off.
    if (!socket.closed) await new Promise((resolve) => socket.on('close', resolve));
    return Buffer.concat(chunks).toString();
}

/** The text of a request with no body, after whose answer the connection is closed. */
export function requestText(line: string, headers: Record<string, string> = {}): string {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `${line} HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`;
}

/** The answers in the text of a connection; only those with a length, or that end with it, can be told apart. */
export function parseAnswers(text: string): RawAnswer[] {
    const answers: RawAnswer[] = [];
    for (let rest = text; rest !== '';) {
        const [head = ''] = rest.split('\r\n\r\n', 1);
        const [statusLine = '', ...lines] = head.split('\r\n');
        const headers = Object.fromEntries(
            lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
        );
        const start = head.length + 4;
        const length = headers['content-length'] === undefined ? rest.length : Number(headers['content-length']);
        answers.push({ status: Number(statusLine.split(' ')[1]), headers, body: rest.slice(start, start + length) });
        rest = rest.slice(start + length);
    }
    return answers;
}
