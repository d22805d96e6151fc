import { fdatasyncSync, readSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { syncDirectory, writeFully } from './atomic-file.js';
import type { FileSystemContext } from './file-system-context.js';
import { fsError, ifExists, wrapFsError, withDescriptors } from './fs-error.js';
import type { LineStore } from '../line-store.js';
import { quarantineCopy } from './quarantine.js';

const CHUNK = 1024 * 1024;
const SMALL_CHUNK = 4096;
const LINE_BREAK = 0x0a;
/** The first bytes of lines of JSON here; and the zeros that some disks leave in the place of a write when the power is lost. */
const LINE_START_BYTES = [0x7b, 0x5b, 0x00];

/**
 * A file of lines that is appended to. Lines that were being written when the process died have no line break at their
 * end; they were never acknowledged, and opening cuts them off. A file that is missing is empty, and made by the first
 * write.
 */
export class JsonlFile implements LineStore {
    readonly path: string;
    readonly #disk: FileSystemContext;
    readonly #isPrivate: boolean;
    #size = 0;
    #exists = false;
    /** True if there may be bytes after `#size`, left by a write that failed. */
    #hasPartialWrite = false;
    #isClosed = false;
    #wasTruncated = false;

    /** @param isPrivate - True if only the user of this process may read it. */
    constructor(path: string, disk: FileSystemContext, isPrivate = false) {
        this.path = path;
        this.#disk = disk;
        this.#isPrivate = isPrivate;
    }

    get size(): number {
        return this.#size;
    }

    /** True if its end was cut off when it was opened. */
    get wasTruncated(): boolean {
        return this.#wasTruncated;
    }

    /** True if writes need not be brought to the disk itself. */
    get survivesOnlyTheProcess(): boolean {
        return this.#disk.durability === 'process';
    }

    /**
     * Finds out what is there. To be called before anything else.
     *
     * @param tornLine - How half a line at the end is handled.
     */
    open(tornLine: 'cut' | 'complete' = 'cut'): void {
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
            const descriptor = withDescriptors(() => this.#disk.files.get(this.path, this.#isPrivate));
            writeFully(descriptor, lines);
            if (this.#disk.durability === 'fsync') this.#sync(descriptor);
        } catch (cause) {
            this.#rollback();
            throw fsError('append to', this.path, cause);
        }
        this.#exists = true;
        this.#size += lines.length;
    }

    /** Reads lines that another thread has appended, a chunk at a time; the size grows with each. */
    *readAppended(): Generator<Buffer> {
        this.#assertOpen();
        const size = ifExists('look at', this.path, () => statSync(this.path).size) ?? 0;
        if (size > this.#size) this.#exists = true;
        for (const lines of this.chunks(this.#size, size)) {
            this.#size += lines.length;
            yield lines;
        }
    }

    /** The whole lines between two positions, about a megabyte of them at a time. */
    *chunks(from = 0, to: number = this.#size): Generator<Buffer> {
        for (let length = CHUNK; from < to;) {
            const bytes = this.bytes(from, Math.min(to, from + length));
            const end = bytes.lastIndexOf(LINE_BREAK) + 1;
            // A line that is still being written is whole the next time.
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

    /** Closes the file until it is opened again, for instance to move it. */
    closeDescriptor(): void {
        this.#disk.files.close(this.path);
    }

    /** Gives the file up; using it later throws. */
    close(): void {
        this.#isClosed = true;
        this.closeDescriptor();
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        const message = `\`${this.path}\` has been closed or removed, and takes no more reads and writes.`;
        throw new EngineError('engine-closed', message, { details: { path: this.path } });
    }

    #sync(descriptor: number): void {
        fdatasyncSync(descriptor);
        if (!this.#exists) syncDirectory(dirname(this.path));
    }

    /** Where the last whole line ends. */
    #findEndOfLines(): number {
        let end = this.#size;
        for (let chunk = SMALL_CHUNK; end > 0; chunk = Math.min(CHUNK, chunk * 4)) {
            const from = Math.max(0, end - chunk);
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

    /** A tail that is not the beginning of a line is not the engine's, and is kept for a person to look at. */
    #describeTail(from: number, to: number): string {
        const first = this.bytes(from, from + 1)[0]!;
        if (LINE_START_BYTES.includes(first)) {
            return (
                `\`${this.path}\` ended in the middle of a line: the last write was cut short when the process or the ` +
                `machine stopped. Its ${to - from} bytes were never acknowledged and have been cut off.`
            );
        }
        return (
            `\`${this.path}\` ended in ${to - from} bytes that the engine has not written there. They have been cut off; the ` +
            `file as it was is kept as \`${quarantineCopy(this.path)}\`.`
        );
    }

    /** Removes what was written of an append that failed, at the latest before the next one. */
    #rollback(): void {
        this.#hasPartialWrite = true;
        try {
            this.#truncatePartialWrite();
        } catch {
            // The caller gets the first failure, and the next append begins here.
        }
    }

    #truncatePartialWrite(): void {
        // By path, since on Windows a descriptor for appending cannot cut.
        ifExists('shorten', this.path, () => truncateSync(this.path, this.#size));
        this.#hasPartialWrite = false;
    }
}

function tooShort(path: string, expected: number): EngineError {
    const message =
        `\`${path}\` is shorter than the ${expected} bytes it had. Another program has changed it while the engine ` +
        'owns it; restore the file, or close the engine and open it again to continue with what is left.';
    return new EngineError('storage-corrupted', message, { details: { path } });
}
