import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/*
 * The descriptors 0 to 2 of a thread are those of its host. What an Actor or its child processes would write to the
 * last two goes to the streams of the thread, and so to the log of the run; nothing reads from the first.
 */

type Output = 'stdout' | 'stderr';

const DESCRIPTORS = ['stdin', 'stdout', 'stderr'] as const;
const CHUNK_BYTES = 65_536;
/** More than a pipe holds: what a process has written before its exit is read completely. */
const MAX_CHUNKS = 32;

/** The inherited streams of a child process: the value of its `stdio` without them, and their position in it. */
interface Inherited {
    readonly stdio: unknown[];
    readonly outputs: ReadonlyMap<number, Output>;
}

/** Finds the streams that a child process would inherit from the host. Undefined if there are none. */
function findInherited(stdio: unknown): Inherited | undefined {
    const values: readonly unknown[] = stdio === 'inherit' ? [stdio, stdio, stdio] : Array.isArray(stdio) ? stdio : [];
    const names = values.map((value, index) => streamOf(value, index));
    if (names.every((name) => name === undefined)) return undefined;
    const outputs = new Map<number, Output>();
    for (const [index, name] of names.entries()) if (name !== undefined && name !== 'stdin') outputs.set(index, name);
    return { stdio: values.map((value, index) => (names[index] === undefined ? value : 'ignore')), outputs };
}

function streamOf(value: unknown, index: number): (typeof DESCRIPTORS)[number] | undefined {
    if (value === 'inherit') return DESCRIPTORS[index];
    if (typeof value === 'number') return DESCRIPTORS[value];
    if (typeof value !== 'object' || value === null) return undefined;
    return DESCRIPTORS.find((name) => value === process[name]);
}

/**
 * Replaces inherited streams in the options of a child process.
 *
 * @returns A function to call with the process when it has started.
 */
export function redirectInherited(options: { stdio?: unknown }): (child: ChildProcess) => void {
    const inherited = findInherited(options.stdio);
    if (inherited === undefined) return () => {};
    for (const index of inherited.outputs.keys()) inherited.stdio[index] = 'pipe';
    options.stdio = inherited.stdio;
    return (child) => {
        // Undefined if the host has too many open files.
        const streams = child.stdio as (Socket | null)[] | undefined;
        for (const [index, output] of inherited.outputs) {
            const socket = streams?.[index];
            if (!socket) continue;
            streams[index] = null;
            if (index === 1) child.stdout = null;
            if (index === 2) child.stderr = null;
            forward(child, socket, output);
        }
    };
}

/** Members that Node's types omit. */
interface SocketInternals {
    _handle?: { fd?: number } | null;
}
interface ChildProcessInternals {
    _closesNeeded: number;
}

/** Writes what a process sends to the output of this thread. */
function forward(child: ChildProcess, socket: Socket, output: Output): void {
    const decoder = new StringDecoder('utf8');
    const write = (bytes: Uint8Array): void => void process[output].write(decoder.write(Buffer.from(bytes)));
    socket.on('data', write);
    socket.on('error', () => {});
    const { fd = -1 } = (socket as SocketInternals)._handle ?? {};
    // On Windows, `close` waits for the output.
    if (fd < 0) return;
    // As with inherited streams: only the process itself keeps the thread alive, and nothing waits for others that have
    // the same stream.
    socket.unref();
    socket.removeAllListeners('close');
    (child as unknown as ChildProcessInternals)._closesNeeded -= 1;
    // Before the listeners of the Actor, which may exit.
    child.once('exit', () => readAvailable(socket, fd, write));
}

function readAvailable(socket: Socket, fd: number, write: (bytes: Uint8Array) => void): void {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    try {
        for (let count = 0; count < MAX_CHUNKS && !socket.destroyed; count += 1) {
            const length = readSync(fd, chunk);
            if (length === 0) return;
            write(chunk.subarray(0, length));
        }
    } catch {
        // There is nothing more yet.
    }
}

/**
 * Calls a function that blocks until its process has ended, with options without inherited streams. The output arrives
 * at the end.
 */
export function runWithOutputFiles<Options extends { stdio?: unknown }>(
    options: Options,
    run: (options: Options) => unknown,
): unknown {
    const inherited = findInherited(options.stdio);
    if (inherited === undefined) return run(options);
    const folder = mkdtempSync(join(tmpdir(), 'gr-out-'));
    // Appended, because both can have the same descriptor.
    const files = new Map(
        [...new Set(inherited.outputs.values())].map((output) => [output, openSync(join(folder, output), 'ax+')]),
    );
    for (const [index, output] of inherited.outputs) inherited.stdio[index] = files.get(output);
    try {
        return run({ ...options, stdio: inherited.stdio });
    } finally {
        for (const [output, fd] of files) {
            copyToOutput(fd, output);
            closeSync(fd);
        }
        rmSync(folder, { recursive: true, force: true });
    }
}

function copyToOutput(fd: number, output: Output): void {
    const decoder = new StringDecoder('utf8');
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let position = 0;
    for (let length = 1; length > 0; position += length) {
        length = readSync(fd, chunk, { position });
        process[output].write(length === 0 ? decoder.end() : decoder.write(chunk.subarray(0, length)));
    }
}
