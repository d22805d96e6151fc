import {
    closeSync,
    fstatSync,
    ftruncateSync,
    mkdirSync,
    openSync,
    readdirSync,
    readFileSync,
    readSync,
    rmSync,
    writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { moveFile, replaceFile, writeFully } from '../storage/atomic-file.js';
import { holdDescriptors } from '../storage/descriptors.js';
import { ifExists, onDisk } from '../storage/disk-error.js';
import { isStorageId } from '../storage/storage-id.js';
import { latestOf, MAX_LOG_CHARS } from './run-log.js';

/** Where the text of logs is kept beyond the life of their runs. */
export interface LogSink {
    append(runId: string, text: string): void;
    /** Says that nothing more comes for a while. `text` is all that there is, if what was appended is more than that. */
    end(runId: string, text?: string): void;
    /** The whole text, or its latest part where it is more than a log has; undefined if there is none. */
    read(runId: string): string | undefined;
    remove(runId: string): void;
    /** The runs whose logs it has. */
    ids(): string[];
    /** Gives up what is open. */
    close(): void;
}

const EXTENSION = '.log';
/** Of what is in a file that has become too large, while its run writes on into the next one. */
const OLDER = '.1';
/** At least as many bytes as a log can have. */
const MOST_BYTES = MAX_LOG_CHARS * 3;

const LINE_BREAK = 0x0a;

interface OpenFile {
    descriptor: number;
    bytes: number;
}

/**
 * A file for each log, open while its run writes. One that grows beyond what a log has is moved aside, over the one that was
 * moved before, so that a log never takes more than twice that. The directory is made if it is missing.
 */
export function createFileLogSink(directory: string): LogSink {
    onDisk('make', directory, () => mkdirSync(directory, { recursive: true }));
    const open = new Map<string, OpenFile>();
    const fileOf = (runId: string): string => join(directory, `${runId}${EXTENSION}`);
    const olderOf = (runId: string): string => `${fileOf(runId)}${OLDER}`;
    const close = (runId: string): void => {
        const file = open.get(runId);
        open.delete(runId);
        if (file !== undefined) closeSync(file.descriptor);
    };
    const closeAll = (): number => {
        const count = open.size;
        for (const runId of open.keys()) close(runId);
        return count;
    };
    const release = holdDescriptors(closeAll);
    const opened = (runId: string): OpenFile => {
        const known = open.get(runId);
        if (known !== undefined) return known;
        const descriptor = openForLines(fileOf(runId));
        const file = { descriptor, bytes: fstatSync(descriptor).size };
        open.set(runId, file);
        return file;
    };
    const moveOn = (runId: string): void => {
        close(runId);
        try {
            moveFile(fileOf(runId), olderOf(runId));
        } catch {
            // It grows on, and is tried again with what comes next.
        }
    };
    return {
        append(runId, text) {
            onDisk('append to', fileOf(runId), () => {
                const file = opened(runId);
                file.bytes += appendWhole(file.descriptor, text);
                if (file.bytes > MAX_LOG_CHARS) moveOn(runId);
            });
        },
        end(runId, text) {
            close(runId);
            if (text === undefined) return;
            replaceFile(fileOf(runId), [text], 'process');
            onDisk('remove', olderOf(runId), () => rmSync(olderOf(runId), { force: true }));
        },
        ids() {
            const names = onDisk('list', directory, () => readdirSync(directory)).map((name) =>
                name.endsWith(OLDER) ? name.slice(0, -OLDER.length) : name,
            );
            const logs = names.filter((name) => name.endsWith(EXTENSION));
            return [...new Set(logs.map((name) => name.slice(0, -EXTENSION.length)))];
        },
        read(runId) {
            // Anybody may ask for any id, also for one that leads elsewhere.
            if (!isStorageId(runId)) return undefined;
            const older = readEnd(olderOf(runId));
            const latest = readEnd(fileOf(runId));
            if (older === undefined && latest === undefined) return undefined;
            const isCut = older !== undefined || latest?.isCut === true;
            return latestOf(`${older?.text ?? ''}${latest?.text ?? ''}`, isCut);
        },
        close() {
            closeAll();
            release();
        },
        remove(runId) {
            close(runId);
            for (const path of [fileOf(runId), olderOf(runId)])
                onDisk('remove', path, () => rmSync(path, { force: true }));
        },
    };
}

/** What of a file a log can have; more may be in one of an earlier version, or of another program. */
function readEnd(path: string): { text: string; isCut: boolean } | undefined {
    const descriptor = ifExists('read', path, () => openSync(path, 'r'));
    if (descriptor === undefined) return undefined;
    try {
        const { size } = fstatSync(descriptor);
        if (size <= MOST_BYTES) return { text: readFileSync(descriptor, 'utf8'), isCut: false };
        const bytes = Buffer.allocUnsafe(MOST_BYTES);
        const length = readSync(descriptor, bytes, 0, MOST_BYTES, size - MOST_BYTES);
        return { text: bytes.toString('utf8', 0, length), isCut: true };
    } finally {
        closeSync(descriptor);
    }
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
