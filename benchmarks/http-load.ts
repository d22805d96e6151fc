import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Number of concurrent connections. Each sends one request at a time. */
const CONNECTIONS = 16;

/** A server in its own process, so that it does not share a processor with the client. */
export interface ServerProcess<Output> {
    readonly process: ChildProcess;
    /** The value that the program printed. */
    readonly output: Output;
}

/** Starts a program of `programs/` and waits for the line of JSON that it prints. */
export async function startServer<Output>(program: string, ...args: string[]): Promise<ServerProcess<Output>> {
    const path = fileURLToPath(new URL(`./programs/${program}`, import.meta.url));
    const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    return { process: child, output: JSON.parse(String(line)) as Output };
}

/** Sends a request on a new connection and returns its response. */
export async function sendRequest(
    port: number,
    request: string,
): Promise<{ head: string; body: string; length: number }> {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.write(request);
    while (!isComplete(text)) await once(socket, 'data');
    socket.destroy();
    const [head = '', body = ''] = text.split('\r\n\r\n');
    return { head, body, length: text.length };
}

/** The responses of a server under load. */
export interface LoadResult {
    /** Number of responses. */
    readonly count: number;
    readonly seconds: number;
    /** CPU time of the server process, all threads included. */
    readonly cpuSeconds: number;
}

/** Repeats a request on all connections for a time. Each response must be as long as the first one. */
export async function generateLoad(
    { process }: ServerProcess<unknown>,
    port: number,
    request: string,
    millis: number,
): Promise<LoadResult> {
    const { length } = await sendRequest(port, request);
    const bytes = Buffer.from(request, 'latin1');
    let count = 0;
    let isOver = false;
    const busyBefore = await cpuSeconds(process);
    const start = performance.now();
    const runConnection = async (socket: Socket): Promise<void> => {
        let received = 0;
        socket.setNoDelay(true).on('data', (chunk: Buffer) => {
            received += chunk.length;
            if (received < length) return;
            if (received > length) throw new Error('A response was longer than the first one.');
            received = 0;
            count += 1;
            if (isOver) socket.destroy();
            else socket.write(bytes);
        });
        socket.write(bytes);
        await once(socket, 'close');
    };
    const connections = Array.from({ length: CONNECTIONS }, () => runConnection(connect(port, '127.0.0.1')));
    setTimeout(() => (isOver = true), millis);
    await Promise.all(connections);
    const seconds = (performance.now() - start) / 1000;
    return { count, seconds, cpuSeconds: (await cpuSeconds(process)) - busyBefore };
}

/** Requests the CPU time that a program of `programs/` has used so far. */
async function cpuSeconds(process: ChildProcess): Promise<number> {
    process.send('usage');
    const [{ user, system }] = (await once(process, 'message')) as [NodeJS.CpuUsage];
    return (user + system) / 1e6;
}

function isComplete(text: string): boolean {
    const end = text.indexOf('\r\n\r\n');
    const length = /^content-length: (\d+)/im.exec(text)?.[1];
    return end !== -1 && length !== undefined && text.length >= end + 4 + Number(length);
}
