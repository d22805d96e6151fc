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
    const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
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

/** What a server has answered. */
export interface Load {
    readonly count: number;
    readonly seconds: number;
    /** How much of a processor's time the server has taken for it, with all its threads. */
    readonly processorSeconds: number;
}

/** Asks a server the same again and again, whose answers are as long as the first one each. */
export async function load({ process }: Served<unknown>, port: number, request: string, millis: number): Promise<Load> {
    const { length } = await answerTo(port, request);
    const bytes = Buffer.from(request, 'latin1');
    let count = 0;
    let isOver = false;
    const busyBefore = await processorSeconds(process);
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
    const seconds = (performance.now() - start) / 1000;
    return { count, seconds, processorSeconds: (await processorSeconds(process)) - busyBefore };
}

/** Asks a program of `programs/` how much of a processor's time it has taken so far. */
async function processorSeconds(process: ChildProcess): Promise<number> {
    process.send('usage');
    const [{ user, system }] = (await once(process, 'message')) as [NodeJS.CpuUsage];
    return (user + system) / 1e6;
}

function isWhole(text: string): boolean {
    const end = text.indexOf('\r\n\r\n');
    const length = /^content-length: (\d+)/im.exec(text)?.[1];
    return end !== -1 && length !== undefined && text.length >= end + 4 + Number(length);
}
