import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { moveFile, replaceFile, writeFully } from '../storage/atomic-file.js';
import { holdDescriptors } from '../storage/descriptors.js';
import { ifExists, onDisk } from '../storage/disk-error.js';
import { latestOf, MAX_LOG_CHARS } from './run-log.js';

const LOG_EXTENSION = '.log';
/** Of what is in a file that has become too large, while its run writes on into the next one. */
const OLDER_EXTENSION = '.1';

/** At least as many bytes as a log can have. */
const MOST_BYTES = MAX_LOG_CHARS * 3;
const LINE_BREAK = 0x0a;

interface OpenFile {
    descriptor: number;
    bytes: number;
}

/**
 * The files of logs, open while their runs write. One that grows beyond what a log has is moved aside, over the one that was
 * moved before, so that a log never takes more than twice that.
 */
export class LogFiles {
    readonly #directory: string;
    readonly #temporary: string;
    readonly #open = new Map<string, OpenFile>();
    readonly #release: () => void;

    /**
     * @param directory - Must exist.
     * @param temporary - Where a log is written that takes the place of what there is.
     */
    constructor(directory: string, temporary: string) {
        this.#directory = directory;
        this.#temporary = temporary;
        this.#release = holdDescriptors(() => this.#closeAll());
    }

    append(runId: string, text: string): void {
        const [path, older] = this.#pathsOf(runId);
        onDisk('append to', path, () => {
            const file = this.#opened(runId, path);
            file.bytes += appendWhole(file.descriptor, text);
            if (file.bytes <= MAX_LOG_CHARS) return;
            this.close(runId);
            try {
                moveFile(path, older);
            } catch {
                // It grows on, and is tried again with what comes next.
            }
        });
    }

    /** Puts a text in place of all that there is. */
    replace(runId: string, text: string): void {
        const [path, older] = this.#pathsOf(runId);
        this.close(runId);
        replaceFile(path, [text], 'process', join(this.#temporary, `log-${runId}`));
        onDisk('remove', older, () => rmSync(older, { force: true }));
    }

    /** The latest of what there is, as much as a log has; undefined if there is nothing. */
    read(runId: string): string | undefined {
        const [path, olderPath] = this.#pathsOf(runId);
        const older = readEnd(olderPath);
        const latest = readEnd(path);
        if (older === undefined && latest === undefined) return undefined;
        const isCut = older !== undefined || latest?.isCut === true;
        return latestOf(`${older?.text ?? ''}${latest?.text ?? ''}`, isCut);
    }

    remove(runId: string): void {
        this.close(runId);
        for (const path of this.#pathsOf(runId)) onDisk('remove', path, () => rmSync(path, { force: true }));
    }

    /** Closes the file of a log, which is opened again by what comes next. */
    close(runId: string): void {
        const file = this.#open.get(runId);
        this.#open.delete(runId);
        if (file !== undefined) closeSync(file.descriptor);
    }

    /** Gives up all that is open. */
    end(): void {
        this.#closeAll();
        this.#release();
    }

    #closeAll(): number {
        const count = this.#open.size;
        for (const runId of this.#open.keys()) this.close(runId);
        return count;
    }

    #pathsOf(runId: string): [path: string, older: string] {
        const path = join(this.#directory, `${runId}${LOG_EXTENSION}`);
        return [path, `${path}${OLDER_EXTENSION}`];
    }

    #opened(runId: string, path: string): OpenFile {
        const known = this.#open.get(runId);
        if (known !== undefined) return known;
        const descriptor = openForLines(path);
        const file = { descriptor, bytes: fstatSync(descriptor).size };
        this.#open.set(runId, file);
        return file;
    }
}

/** What of a file a log can have; more may be in one of an earlier version, or of another program. */
function readEnd(path: string): { text: string; isCut: boolean } | undefined {
    return ifExists('read', path, () => {
        const descriptor = openSync(path, 'r');
        try {
            const { size } = fstatSync(descriptor);
            if (size <= MOST_BYTES) return { text: readFileSync(descriptor, 'utf8'), isCut: false };
            const bytes = Buffer.allocUnsafe(MOST_BYTES);
            const length = readSync(descriptor, bytes, 0, MOST_BYTES, size - MOST_BYTES);
            return { text: bytes.toString('utf8', 0, length), isCut: true };
        } finally {
            closeSync(descriptor);
        }
    });
}

/** Opens a log to go on with it. Where a crash has left half a line, the next one does not become a part of it. */
function openForLines(path: string): number {
    const descriptor = openSync(path, 'a+');
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    if (size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== LINE_BREAK) {
        writeSync(descriptor, '\n');
    }
    return descriptor;
}

/** All of a text or nothing, as it is tried again later. Returns how many bytes that are. */
function appendWhole(descriptor: number, text: string): number {
    const bytes = Buffer.from(text);
    const written = writeSync(descriptor, bytes);
    if (written === bytes.length) return written;
    const before = fstatSync(descriptor).size - written;
    try {
        writeFully(descriptor, bytes.subarray(written));
        return bytes.length;
    } catch (error) {
        ftruncateSync(descriptor, before);
        throw error;
    }
}
