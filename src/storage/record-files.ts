import {
    closeSync,
    constants,
    existsSync,
    fdatasyncSync,
    fstatSync,
    ftruncateSync,
    mkdirSync,
    openSync,
    readFile,
    readSync,
    rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { moveFile, replaceFile, syncDirectory, writeFully } from './atomic-file.js';
import type { Disk } from './disk.js';
import type { Content } from '../model/streams.js';
import { readPieces } from './file-pieces.js';
import { joinPieces } from './pieces.js';
import { diskError, errnoOf, withDescriptors } from './disk-error.js';

/** Values up to this size are overwritten where they are, and read before anyone else gets a turn. */
export const SMALL_RECORD = 64 * 1024;

/** Values up to this size are not worth pieces. */
const HELD_RECORD = 256 * 1024;

/** As `r+`, but for a file that is not there yet too: in one call, as failures of `fs` are slow. */
const READ_WRITE_OR_MAKE = constants.O_RDWR | constants.O_CREAT;

const readWholeFile = promisify(readFile);

/** The files of a store's records, by name. The directory is made by the first write. */
export class RecordFiles {
    readonly directory: string;
    readonly #disk: Disk;

    constructor(directory: string, disk: Disk) {
        this.directory = directory;
        this.#disk = disk;
    }

    /** The bytes of a file as it is now, or undefined if there is none. */
    async read(name: string): Promise<Buffer | undefined> {
        const path = join(this.directory, name);
        let descriptor: number | undefined;
        try {
            // Opened at once, so that the record may be replaced or deleted while it is being read.
            descriptor = withDescriptors(() => openSync(path, 'r'));
            const { size } = fstatSync(descriptor);
            return size <= SMALL_RECORD ? readStart(descriptor, size) : await readWholeFile(descriptor);
        } catch (cause) {
            if (errnoOf(cause) === 'ENOENT') return undefined;
            throw diskError('read', path, cause);
        } finally {
            if (descriptor !== undefined) closeSync(descriptor);
        }
    }

    /** As {@link RecordFiles.read}, but in pieces where they are many. */
    async open(name: string): Promise<{ size: number; content: Content } | undefined> {
        const path = join(this.directory, name);
        let descriptor: number;
        try {
            descriptor = withDescriptors(() => openSync(path, 'r'));
        } catch (cause) {
            if (errnoOf(cause) === 'ENOENT') return undefined;
            throw diskError('read', path, cause);
        }
        const { size } = fstatSync(descriptor);
        const content = readPieces(descriptor, path);
        return { size, content: size <= HELD_RECORD ? await joinPieces(content) : content };
    }

    /** Puts a small value where another is, or where there is none. When it fails, the old value is put back. */
    overwrite(name: string, bytes: Uint8Array): void {
        const path = join(this.directory, name);
        const descriptor = this.#openOrMake(path);
        try {
            const { size } = fstatSync(descriptor);
            // Someone put a large value here, and someone else may be reading it.
            if (size > SMALL_RECORD)
                return replaceFile(path, [bytes], this.#disk.durability, this.#disk.temporaryPath());
            this.#putInPlace(descriptor, bytes, size);
        } finally {
            closeSync(descriptor);
        }
    }

    /** Moves a file out of the temporary directory over another, or where there is none. */
    moveIn(temporaryName: string, name: string): void {
        this.#withDirectory(() => moveFile(join(this.#disk.temporary, temporaryName), join(this.directory, name)));
    }

    /** Whether a file is still in the temporary directory. */
    isWaiting(temporaryName: string): boolean {
        return existsSync(join(this.#disk.temporary, temporaryName));
    }

    remove(name: string): void {
        rmSync(join(this.directory, name), { force: true });
    }

    /** Makes names that have come or gone survive a loss of power, if that is asked for. */
    sync(): void {
        if (this.#disk.durability === 'fsync') syncDirectory(this.directory);
    }

    #putInPlace(descriptor: number, bytes: Uint8Array, size: number): void {
        const before = readStart(descriptor, size);
        try {
            writeFully(descriptor, bytes, 0);
            if (size > bytes.length) ftruncateSync(descriptor, bytes.length);
            if (this.#disk.durability === 'fsync') fdatasyncSync(descriptor);
        } catch (error) {
            putBack(descriptor, before);
            throw error;
        }
    }

    #openOrMake(path: string): number {
        return this.#withDirectory(() => withDescriptors(() => openSync(path, READ_WRITE_OR_MAKE)));
    }

    #withDirectory<Result>(work: () => Result): Result {
        try {
            return work();
        } catch (error) {
            if (errnoOf(error) !== 'ENOENT') throw error;
            mkdirSync(this.directory, { recursive: true });
            return work();
        }
    }
}

function putBack(descriptor: number, before: Buffer): void {
    try {
        writeFully(descriptor, before, 0);
        ftruncateSync(descriptor, before.length);
    } catch {
        // The disk refuses this too; the failure that the caller hears of came first, and says more.
    }
}

function readStart(descriptor: number, size: number): Buffer {
    const bytes = Buffer.allocUnsafe(size);
    let done = 0;
    for (let read = -1; read !== 0 && done < size; done += read) {
        read = readSync(descriptor, bytes, done, size - done, done);
    }
    return bytes.subarray(0, done);
}
