import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Connections at once, each with one request at a time. */
const CONNECTIONS = 16;

/** A program that serves, in a process of its own so that it has a processor to itself. */
export interface Served<Printed> {
    readonly process: ChildProcess;
    /** What it has printed. */
    readonly printed: Printed;
}

/** Starts a program of `programs/` and waits for the one line of JSON that it prints. */
export async function serve<Printed>(program: string, ...args: string[]): Promise<Served<Printed>> {
    const path = fileURLToPath(new URL(`./programs/${program}`, import.meta.url));
    const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { process: child, printed: JSON.parse(String(line)) as Printed };
}

/** One answer, as bytes. */
export async function answerTo(port: number, request: string): Promise<{ head: string; body: string; length: number }> {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.write(request);
    while (!isWhole(text)) await once(socket, 'data');
    socket.destroy();
    const [head = '', body = ''] = text.split('\r\n\r\n');
    return { head, body, length: text.length };
}

/** Requests a second that a server answers, each of which is as long as the first. */
export async function requestsPerSecond(port: number, request: string, millis: number): Promise<number> {
    const { length } = await answerTo(port, request);
    const bytes = Buffer.from(request, 'latin1');
    let count = 0;
    let isOver = false;
    const start = performance.now();
    const drive = async (socket: Socket): Promise<void> => {
        let received = 0;
        socket.setNoDelay(true).on('data', (chunk: Buffer) => {
            received += chunk.length;
            if (received < length) return;
            if (received > length) throw new Error('An answer was longer than the first.');
            received = 0;
            count += 1;
            if (isOver) socket.destroy();
            else socket.write(bytes);
        });
        socket.write(bytes);
        await once(socket, 'close');
    };
    const drives = Array.from({ length: CONNECTIONS }, () => drive(connect(port, '127.0.0.1')));
    setTimeout(() => (isOver = true), millis);
    await Promise.all(drives);
    return (count * 1000) / (performance.now() - start);
}

function isWhole(text: string): boolean {
    const end = text.indexOf('\r\n\r\n');
    const length = /^content-length: (\d+)/im.exec(text)?.[1];
    return end !== -1 && length !== undefined && text.length >= end + 4 + Number(length);
}
