import { fdatasyncSync, readSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { isRemoved, syncDirectory, writeFully } from './atomic-file.js';
import type { FileSystemContext } from './file-system-context.js';
import { fsError, ifExists, removedError, wrapFsError, withDescriptors } from './fs-error.js';
import type { LineStore } from '../line-store.js';
import { quarantineCopy } from './quarantine.js';

const MAX_CHUNK_BYTES = 1024 * 1024;
const MIN_CHUNK_BYTES = 4096;
const LINE_BREAK = 0x0a;
/** Minimum time between two checks that the file still exists: a check takes a third of the time of a small write. */
const CHECK_MILLIS = 0.1;
/** Possible first bytes of a torn line: those of JSON lines, and zeros, which some disks leave in a write after a power loss. */
const LINE_START_BYTES = [0x7b, 0x5b, 0x00];

/**
 * An append-only file of lines. If the process dies during a write, the last line has no line break. That line was never acknowledged,
 * and opening the file truncates it. A missing file counts as empty; the first write creates it.
 */
export class JsonlFile implements LineStore {
    readonly path: string;
    readonly #disk: FileSystemContext;
    #size = 0;
    #exists = false;
    /** True if there may be bytes after `#size`, left by a write that failed. */
    #hasPartialWrite = false;
    #isClosed = false;
    /** Time of the last check that the file still exists. */
    #checkedAt = Number.NEGATIVE_INFINITY;
    #wasTruncated = false;

    constructor(path: string, disk: FileSystemContext) {
        this.path = path;
        this.#disk = disk;
    }

    get size(): number {
        return this.#size;
    }

    /** True if a torn line was truncated when the file was opened. */
    get wasTruncated(): boolean {
        return this.#wasTruncated;
    }

    /** True if each write is synced to the disk. */
    get syncsWrites(): boolean {
        return this.#disk.durability === 'fsync';
    }

    /**
     * Opens the file. Must be called before anything else.
     *
     * @param tornLine - The handling of a torn line at the end.
     */
    open(tornLine: 'truncate' | 'complete' = 'truncate'): void {
        this.#assertOpen();
        const stats = wrapFsError('open', this.path, () => statSync(this.path, { throwIfNoEntry: false }));
        this.#exists = stats !== undefined;
        this.#size = stats?.size ?? 0;
        this.#hasPartialWrite = false;
        const end = this.#findEndOfLines();
        if (end === this.#size) return;
        if (tornLine === 'complete') this.append(['']);
        else this.#truncateTornTail(end);
    }

    append(lines: readonly string[]): void {
        this.appendBytes(Buffer.from(`${lines.join('\n')}\n`));
    }

    appendBytes(lines: Uint8Array): void {
        this.#assertOpen();
        if (this.#hasPartialWrite) this.#truncatePartialWrite();
        try {
            const descriptor = withDescriptors(() => this.#disk.files.get(this.path));
            writeFully(descriptor, lines);
            this.#assertNotRemoved(descriptor);
            if (this.#disk.durability === 'fsync') this.#sync(descriptor);
        } catch (cause) {
            this.#rollback();
            throw fsError('append to', this.path, cause);
        }
        this.#exists = true;
        this.#size += lines.length;
    }

    /** Yields lines that another thread has appended, in chunks. The size grows with each chunk. */
    *readAppended(): Generator<Buffer> {
        this.#assertOpen();
        const size = ifExists('check', this.path, () => statSync(this.path).size) ?? 0;
        if (size > this.#size) this.#exists = true;
        for (const lines of this.chunks(this.#size, size)) {
            this.#size += lines.length;
            yield lines;
        }
    }

    /** Yields the whole lines between two positions, in chunks of about a megabyte. */
    *chunks(from = 0, to: number = this.#size): Generator<Buffer> {
        for (let length = MAX_CHUNK_BYTES; from < to;) {
            const bytes = this.bytes(from, Math.min(to, from + length));
            const end = bytes.lastIndexOf(LINE_BREAK) + 1;
            // A line that is still being written is complete next time.
            if (end === 0 && from + length >= to) return;
            if (end === 0) length *= 2;
            else yield bytes.subarray(0, end);
            from += end;
        }
    }

    text(from: number, to: number): string {
        return this.bytes(from, to).toString('utf8');
    }

    bytes(from: number, to: number): Buffer {
        this.#assertOpen();
        const bytes = Buffer.allocUnsafe(to - from);
        wrapFsError('read', this.path, () => {
            for (let done = 0, read; done < bytes.length; done += read) {
                const descriptor = this.#disk.files.getForReading(this.path);
                read = readSync(descriptor, bytes, done, bytes.length - done, from + done);
                if (read === 0) throw tooShort(this.path, to);
            }
        });
        return bytes;
    }

    /** Closes the descriptor until the next use of the file, for instance to move the file. */
    closeDescriptor(): void {
        this.#disk.files.close(this.path);
    }

    /** Closes the file. Using it later throws. */
    close(): void {
        this.#isClosed = true;
        this.closeDescriptor();
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        const message = `\`${this.path}\` was closed or removed, and cannot be read or written any more.`;
        throw new EngineError('engine-closed', message, { details: { path: this.path } });
    }

    #assertNotRemoved(descriptor: number): void {
        const now = performance.now();
        if (now - this.#checkedAt < CHECK_MILLIS) return;
        if (isRemoved(descriptor, this.path)) throw removedError('append to', this.path);
        this.#checkedAt = now;
    }

    #sync(descriptor: number): void {
        fdatasyncSync(descriptor);
        if (!this.#exists) syncDirectory(dirname(this.path));
    }

    /** Returns the end of the last whole line. */
    #findEndOfLines(): number {
        let end = this.#size;
        for (let length = MIN_CHUNK_BYTES; end > 0; length = Math.min(MAX_CHUNK_BYTES, length * 4)) {
            const from = Math.max(0, end - length);
            const lineBreak = this.bytes(from, end).lastIndexOf(LINE_BREAK);
            if (lineBreak >= 0) return from + lineBreak + 1;
            end = from;
        }
        return end;
    }

    #truncateTornTail(end: number): void {
        const message = this.#describeTail(end, this.#size);
        this.#size = end;
        this.#truncatePartialWrite();
        this.#wasTruncated = true;
        this.#disk.warn(message);
    }

    /** Describes a torn tail. A tail that is not the start of a line was not written by the engine, so a copy is kept for the user. */
    #describeTail(from: number, to: number): string {
        const first = this.bytes(from, from + 1)[0]!;
        if (LINE_START_BYTES.includes(first)) {
            return (
                `\`${this.path}\` ended in the middle of a line: the last write was cut short when the process or the ` +
                `machine stopped. Its ${to - from} bytes were never acknowledged and have been removed.`
            );
        }
        return (
            `\`${this.path}\` ended in ${to - from} bytes that the engine did not write. They have been removed; the original ` +
            `file is kept as \`${quarantineCopy(this.path)}\`.`
        );
    }

    /** Removes the rest of a failed append, at the latest before the next append. */
    #rollback(): void {
        this.#hasPartialWrite = true;
        try {
            this.#truncatePartialWrite();
        } catch {
            // The caller gets the first failure, and the next append tries again.
        }
    }

    #truncatePartialWrite(): void {
        // By path, since on Windows a descriptor for appending cannot truncate.
        ifExists('shorten', this.path, () => truncateSync(this.path, this.#size));
        this.#hasPartialWrite = false;
    }
}

function tooShort(path: string, expected: number): EngineError {
    const message =
        `\`${path}\` is shorter than the ${expected} bytes it had. Another program has changed it while the engine ` +
        'owns it. Restore the file, or close the engine and open it again to continue with the remaining data.';
    return new EngineError('storage-corrupted', message, { details: { path } });
}
