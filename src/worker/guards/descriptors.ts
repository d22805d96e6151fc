import { constants } from 'node:os';
import { replaceFunction, type AnyFunction, type Functions } from '../replace-function.js';
import type { EventEmitter } from 'node:events';
import type { FileHandle } from 'node:fs/promises';

/**
 * Redirects what is written to a descriptor of the host, as loggers such as pino do, and keeps the host's descriptors open.
 * Nothing reads from stdin.
 */
export function redirectDescriptors(): void {
    const fs = process.getBuiltinModule('node:fs') as unknown as Functions;
    for (const name of ['write', 'writev'] as const) {
        const toBytes = TO_BYTES[name];
        wrap(fs, `${name}Sync`, isOutput, (args) => writeBytes(args[0], toBytes(args)));
        wrap(fs, name, isOutput, (args) => callLater(args, null, writeBytes(args[0], toBytes(args)), args[1]));
    }
    for (const name of ['read', 'readv']) {
        wrap(fs, `${name}Sync`, isStdin, () => 0);
        wrap(fs, name, isStdin, (args) => callLater(args, null, 0, args[1]));
    }
    // The others that take a descriptor use those above.
    wrap(fs, 'writeFileSync', isOutput, ([output, data, options]) =>
        writeBytes(output, toBuffer(data, encodingOf(options))),
    );
    wrap(fs, 'readFileSync', isStdin, ([, options]) => (encodingOf(options) === undefined ? Buffer.alloc(0) : ''));
    wrap(fs, 'readFile', isStdin, (args) =>
        callLater(args, null, encodingOf(args[1]) === undefined ? Buffer.alloc(0) : ''),
    );
    keepDescriptorsOpen(fs as Functions & { promises: Functions });
}

function isOutput(descriptor: unknown): boolean {
    return descriptor === 1 || descriptor === 2;
}

function isStdin(descriptor: unknown): boolean {
    return descriptor === 0;
}

function isStandard(descriptor: unknown): boolean {
    return isStdin(descriptor) || isOutput(descriptor);
}

function encodingOf(options: unknown): string | undefined {
    return (
        (typeof options === 'string' ? options : (options as { encoding?: string } | null | undefined)?.encoding) ??
        undefined
    );
}

/** Calls the callback of a call in a later turn of the event loop. */
function callLater(args: readonly unknown[], ...results: unknown[]): void {
    const callback = args.findLast((value) => typeof value === 'function') as AnyFunction | undefined;
    if (callback !== undefined) setImmediate(callback, ...results);
}

/** Replaces a function for the descriptors for which `isAffected` returns true. */
function wrap(
    owner: Functions,
    name: string,
    isAffected: (descriptor: unknown) => boolean,
    replacement: (args: readonly unknown[]) => unknown,
): void {
    replaceFunction(owner, name, (original, self, args) =>
        isAffected(args[0]) ? replacement(args) : Reflect.apply(original, self, args),
    );
}

/** The descriptors that this thread has opened with `fs`. It may close no others: they belong to the host or to another run. */
const ownDescriptors = new Set<unknown>();

function isForeign(descriptor: unknown): boolean {
    return typeof descriptor === 'number' && !ownDescriptors.has(descriptor);
}

function keepDescriptorsOpen(fs: Functions & { promises: Functions }): void {
    replaceFunction(fs, 'openSync', (open, self, args) => {
        const descriptor = Reflect.apply(open, self, args);
        ownDescriptors.add(descriptor);
        return descriptor;
    });
    replaceFunction(fs, 'open', (open, self, args) => {
        const position = args.findLastIndex((value) => typeof value === 'function');
        const callback = args[position] as AnyFunction | undefined;
        if (callback === undefined) return Reflect.apply(open, self, args);
        args[position] = (error: unknown, descriptor: unknown) => {
            if (descriptor !== undefined) ownDescriptors.add(descriptor);
            callback(error, descriptor);
        };
        return Reflect.apply(open, self, args);
    });
    replaceFunction(fs.promises, 'open', async (open, self, args) => {
        const handle = (await Reflect.apply(open, self, args)) as FileHandle & EventEmitter;
        const { fd } = handle;
        ownDescriptors.add(fd);
        handle.once('close', () => ownDescriptors.delete(fd));
        return handle;
    });
    replaceFunction(fs, 'closeSync', (close, self, args) => {
        const [descriptor] = args;
        if (isStandard(descriptor)) return undefined;
        if (isForeign(descriptor)) throw badDescriptorError();
        ownDescriptors.delete(descriptor);
        return Reflect.apply(close, self, args);
    });
    replaceFunction(fs, 'close', (close, self, args) => {
        const [descriptor] = args;
        if (isStandard(descriptor)) return callLater(args, null);
        if (isForeign(descriptor)) return callLater(args, badDescriptorError());
        ownDescriptors.delete(descriptor);
        return Reflect.apply(close, self, args);
    });
    // Has no such handles.
    if (process.versions['bun'] !== undefined) return;
    // A socket that is made from a descriptor closes it.
    const { binding } = process as unknown as { binding(name: string): Record<string, { prototype: HandleInternals }> };
    for (const [module, name] of [
        ['pipe_wrap', 'Pipe'],
        ['tcp_wrap', 'TCP'],
    ] as const) {
        const { prototype } = binding(module)[name]!;
        const { open: openHandle } = prototype;
        prototype.open = function (descriptor) {
            return isForeign(descriptor) ? -constants.errno.EBADF : openHandle.call(this, descriptor);
        };
    }
}

/** Members that Node's types omit. */
interface HandleInternals {
    /** Returns a negative error number if it fails. */
    open(descriptor: number): number;
}

function badDescriptorError(): Error {
    const details = { errno: -constants.errno.EBADF, code: 'EBADF', syscall: 'close' };
    return Object.assign(new Error('EBADF: bad file descriptor, close'), details);
}

/** The bytes that a call writes, by function. */
const TO_BYTES = {
    write([, data, second, third]: readonly unknown[]): Uint8Array {
        if (typeof data === 'string') return toBuffer(data, third);
        const { offset, length } = (
            typeof second === 'object' && second !== null ? second : { offset: second, length: third }
        ) as { offset?: number | null; length?: number | null };
        const from = typeof offset === 'number' ? offset : 0;
        return toBuffer(data).subarray(from, typeof length === 'number' ? from + length : undefined);
    },
    writev: ([, chunks]: readonly unknown[]): Uint8Array =>
        Buffer.concat((chunks as unknown[]).map((chunk) => toBuffer(chunk))),
};

function toBuffer(data: unknown, encoding?: unknown): Buffer {
    if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return Buffer.from(data as string, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
}

function writeBytes(descriptor: unknown, bytes: Uint8Array): number {
    process[descriptor === 2 ? 'stderr' : 'stdout'].write(bytes);
    return bytes.length;
}
