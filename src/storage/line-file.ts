import { fdatasyncSync, readSync, statSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import { replaceFile, syncDirectory, writeFully } from './atomic-file.js';
import type { Disk } from './disk.js';
import { diskError, ifExists, onDisk, withDescriptors } from './disk-error.js';
import { copyAside } from './set-aside.js';
import type { LineStore } from './line-log.js';

const CHUNK = 1024 * 1024;
const SMALL_CHUNK = 4096;
/** What lines of JSON begin with here; and the zeros that some disks leave in the place of a write when the power is lost. */
const LINE_BEGINNINGS = [0x7b, 0x5b, 0x00];

/** What a file of lines stands on; what is never replaced as a whole needs no temporary place. */
export type LineDisk = Pick<Disk, 'files' | 'durability' | 'warn'> & Partial<Pick<Disk, 'temporaryPath'>>;

/**
 * A file of lines that is appended to. Lines that were being written when the process died have no line break at their
 * end; they were never acknowledged, and opening cuts them off. A file that is missing is empty, and made by the first
 * write.
 */
export class LineFile implements LineStore {
    readonly path: string;
    readonly #disk: LineDisk;
    #size = 0;
    #exists = false;
    /** Whether there may be bytes after `#size`, left by a write that failed. */
    #hasRemains = false;
    #isClosed = false;
    #wasCut = false;

    constructor(path: string, disk: LineDisk) {
        this.path = path;
        this.#disk = disk;
    }

    get size(): number {
        return this.#size;
    }

    /** Whether its end was cut off when it was opened. */
    get wasCut(): boolean {
        return this.#wasCut;
    }

    /** Finds out what is there. To be called once, before anything else. */
    open(): void {
        this.#check();
        const stats = ifExists('open', this.path, () => statSync(this.path));
        this.#exists = stats !== undefined;
        this.#size = stats?.size ?? 0;
        this.#cutTornTail();
    }

    /** Whether writes need not be brought to the disk itself. */
    get survivesOnlyTheProcess(): boolean {
        return this.#disk.durability === 'process';
    }

    /** Takes in whole lines that another thread has appended, a chunk at a time; the size grows with each. */
    *grow(): Generator<Buffer> {
        this.#check();
        const size = ifExists('look at', this.path, () => statSync(this.path).size) ?? 0;
        if (size > this.#size) this.#exists = true;
        for (let chunk = CHUNK; this.#size < size;) {
            const bytes = this.bytes(this.#size, Math.min(size, this.#size + chunk));
            const end = bytes.lastIndexOf(0x0a) + 1;
            // A line that is still being written is whole the next time.
            if (end === 0 && this.#size + chunk >= size) return;
            if (end === 0) chunk *= 2;
            this.#size += end;
            if (end > 0) yield bytes.subarray(0, end);
        }
    }

    append(lines: readonly string[], lengths: readonly number[]): void {
        this.#check();
        const text = lines.length === 1 ? `${lines[0]}\n` : `${lines.join('\n')}\n`;
        let length = 0;
        for (const bytes of lengths) length += bytes;
        if (this.#hasRemains) this.#cutRemains();
        try {
            const descriptor = withDescriptors(() => this.#disk.files.get(this.path));
            const written = writeSync(descriptor, text);
            if (written < length) writeFully(descriptor, Buffer.from(text).subarray(written));
            if (this.#disk.durability === 'fsync') this.#sync(descriptor);
        } catch (cause) {
            this.#takeBack();
            throw diskError('append to', this.path, cause);
        }
        this.#exists = true;
        this.#size += length;
    }

    text(from: number, to: number): string {
        return this.bytes(from, to).toString('utf8');
    }

    bytes(from: number, to: number): Buffer {
        this.#check();
        const bytes = Buffer.allocUnsafe(to - from);
        onDisk('read', this.path, () => {
            for (let done = 0, read; done < bytes.length; done += read) {
                read = readSync(
                    this.#disk.files.getForReading(this.path),
                    bytes,
                    done,
                    bytes.length - done,
                    from + done,
                );
                if (read === 0) throw tooShort(this.path, to);
            }
        });
        return bytes;
    }

    /** All lines, a batch at a time. */
    *lines(): Generator<string[]> {
        let chunk = CHUNK;
        for (let from = 0; from < this.#size;) {
            const bytes = this.bytes(from, Math.min(this.#size, from + chunk));
            const end = bytes.lastIndexOf(0x0a);
            if (end < 0) {
                chunk *= 2;
                continue;
            }
            yield bytes.toString('utf8', 0, end).split('\n');
            from += end + 1;
        }
    }

    /** Replaces all lines, atomically. */
    replace(lines: Iterable<string>): void {
        this.#check();
        let size = 0;
        this.#disk.files.close(this.path);
        replaceFile(
            this.path,
            inBatches(lines, (bytes) => (size += bytes)),
            this.#disk.durability,
            this.#disk.temporaryPath?.(),
        );
        this.#size = size;
        this.#exists = true;
        this.#hasRemains = false;
    }

    /** Gives the file up; using it later throws. */
    close(): void {
        this.#isClosed = true;
        this.#disk.files.close(this.path);
    }

    #check(): void {
        if (!this.#isClosed) return;
        const message = `\`${this.path}\` has been closed or removed, and takes no more reads and writes.`;
        throw new EngineError('engine-closed', message, { details: { path: this.path } });
    }

    #sync(descriptor: number): void {
        fdatasyncSync(descriptor);
        if (!this.#exists) syncDirectory(dirname(this.path));
    }

    #cutTornTail(): void {
        const size = this.#size;
        let end = size;
        for (let chunk = SMALL_CHUNK; end > 0; chunk = Math.min(CHUNK, chunk * 4)) {
            const from = Math.max(0, end - chunk);
            const lineBreak = this.bytes(from, end).lastIndexOf(0x0a);
            end = lineBreak < 0 ? from : from + lineBreak + 1;
            if (lineBreak >= 0) break;
        }
        if (end === size) return;
        const message = this.#tellOfTail(end, size);
        this.#size = end;
        this.#cutRemains();
        this.#wasCut = true;
        this.#disk.warn(message);
    }

    /** A tail that is no beginning of a line is not the engine's, and is kept for a person to look at. */
    #tellOfTail(from: number, to: number): string {
        const first = this.bytes(from, from + 1)[0]!;
        if (LINE_BEGINNINGS.includes(first)) {
            return (
                `\`${this.path}\` ended in the middle of a line: the last write was cut short when the process or the ` +
                `machine stopped. Its ${to - from} bytes were never acknowledged and have been cut off.`
            );
        }
        return (
            `\`${this.path}\` ended in ${to - from} bytes that the engine has not written there. They have been cut off; the ` +
            `file as it was is kept as \`${copyAside(this.path)}\`.`
        );
    }

    /** What was written of an append that failed goes, at the latest before the next one. */
    #takeBack(): void {
        this.#hasRemains = true;
        try {
            this.#cutRemains();
        } catch {
            // The disk refuses; the caller hears of the first failure, and the next append begins here.
        }
    }

    #cutRemains(): void {
        // By path, since on Windows a descriptor for appending cannot cut.
        ifExists('shorten', this.path, () => truncateSync(this.path, this.#size));
        this.#hasRemains = false;
    }
}

function* inBatches(lines: Iterable<string>, onBytes: (bytes: number) => void): Generator<Buffer> {
    let batch = '';
    for (const line of lines) {
        batch += `${line}\n`;
        if (batch.length < CHUNK) continue;
        yield counted(batch);
        batch = '';
    }
    if (batch !== '') yield counted(batch);

    function counted(text: string): Buffer {
        const bytes = Buffer.from(text);
        onBytes(bytes.length);
        return bytes;
    }
}

function tooShort(path: string, expected: number): EngineError {
    const message =
        `\`${path}\` is shorter than the ${expected} bytes it had. Another program has changed it while the engine ` +
        'owns it; restore the file, or close the engine and open it again to go on with what is left.';
    return new EngineError('storage-corrupted', message, { details: { path } });
}
