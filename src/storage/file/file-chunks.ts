import { closeSync, fstatSync, read } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EngineError } from '../../errors/engine-error.js';
import { withCleanup } from '../../util/bytes/with-cleanup.js';
import type { Durability } from './atomic-file.js';
import { fsError, wrapFsErrorAsync } from './fs-error.js';

const CHUNK_BYTES = 256 * 1024;
const readAsync = promisify(read);

/**
 * Writes pieces to a file that nobody looks at yet, and tells how many bytes they were. What the pieces throw is thrown as it
 * is; the file is for the caller to remove then.
 *
 * @throws {@link EngineError} `storage-failed`.
 */
export async function writeChunks(
    path: string,
    pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    durability: Durability,
): Promise<number> {
    const failed = (cause: unknown): never => {
        throw fsError('write', path, cause);
    };
    const file = await wrapFsErrorAsync('write', path, () => open(path, 'wx'));
    let size = 0;
    try {
        for await (const piece of pieces) {
            await file.writeFile(piece).catch(failed);
            size += piece.length;
        }
        if (durability === 'fsync') await file.datasync().catch(failed);
    } finally {
        await file.close();
    }
    return size;
}

/** The bytes that an open file has now, in pieces. It is closed after the last of them, or when they are given up. */
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
        const piece = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, size - done));
        const { bytesRead } = await readAsync(descriptor, piece, 0, piece.length, done).catch((cause: unknown) => {
            throw fsError('read', path, cause);
        });
        if (bytesRead === 0) throw truncatedError(path, size);
        done += bytesRead;
        yield piece.subarray(0, bytesRead);
    }
}

function truncatedError(path: string, size: number): EngineError {
    const message =
        `\`${path}\` had ${size} bytes when its reading began, but has fewer now: another program has changed it. ` +
        'Read it again.';
    return new EngineError('storage-failed', message, { details: { path } });
}
