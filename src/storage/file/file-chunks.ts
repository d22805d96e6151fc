import { closeSync, fstatSync, read } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EngineError } from '../../errors/engine-error.js';
import { withCleanup } from '../../util/bytes/with-cleanup.js';
import { PRIVATE_FILE, type Durability } from './atomic-file.js';
import { fsError, wrapFsErrorAsync } from './fs-error.js';

const CHUNK_BYTES = 256 * 1024;
const readAsync = promisify(read);

/**
 * Writes chunks to a new file and returns its size in bytes. Errors of the chunks are passed on; then the caller must remove the file.
 *
 * @throws {@link EngineError} `storage-failed`.
 */
export async function writeChunks(
    path: string,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    durability: Durability,
): Promise<number> {
    const fail = (cause: unknown): never => {
        throw fsError('write', path, cause);
    };
    const file = await wrapFsErrorAsync('write', path, () => open(path, 'wx', PRIVATE_FILE));
    let size = 0;
    try {
        for await (const chunk of chunks) {
            await file.writeFile(chunk).catch(fail);
            size += chunk.length;
        }
        if (durability === 'fsync') await file.datasync().catch(fail);
    } finally {
        await file.close();
    }
    return size;
}

/** Reads the current bytes of an open file in chunks. Closes the file after the last chunk, or when the iteration ends early. */
export function readChunks(descriptor: number, path: string): AsyncIterable<Uint8Array> {
    let isOpen = true;
    return withCleanup(generateChunks(descriptor, path), () => {
        if (isOpen) closeSync(descriptor);
        isOpen = false;
    });
}

async function* generateChunks(descriptor: number, path: string): AsyncGenerator<Uint8Array, void> {
    const { size } = fstatSync(descriptor);
    for (let done = 0; done < size;) {
        const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, size - done));
        const { bytesRead } = await readAsync(descriptor, chunk, 0, chunk.length, done).catch((cause: unknown) => {
            throw fsError('read', path, cause);
        });
        if (bytesRead === 0) throw truncatedError(path, size);
        done += bytesRead;
        yield chunk.subarray(0, bytesRead);
    }
}

function truncatedError(path: string, size: number): EngineError {
    const message =
        `\`${path}\` had ${size} bytes when the read started, but has fewer now: another program has changed it. ` +
        'Read it again.';
    return new EngineError('storage-failed', message, { details: { path } });
}
