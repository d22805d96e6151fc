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
import { writeFully } from '../storage/atomic-file.js';
import { holdDescriptors } from '../storage/descriptors.js';
import { ifExists, onDisk } from '../storage/disk-error.js';

/** Where the text of logs is kept beyond the life of their runs. */
export interface LogSink {
    append(runId: string, text: string): void;
    /** Says that nothing more comes for a while. */
    end(runId: string): void;
    /** The whole text, or undefined if there is none. */
    read(runId: string): string | undefined;
    remove(runId: string): void;
    /** The runs whose logs it has. */
    ids(): string[];
    /** Gives up what is open. */
    close(): void;
}

const EXTENSION = '.log';

const LINE_BREAK = 0x0a;

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

/** All of a text or nothing, as it is tried again later. */
function appendWhole(descriptor: number, text: string): void {
    const bytes = Buffer.from(text);
    const written = writeSync(descriptor, bytes);
    if (written === bytes.length) return;
    const before = fstatSync(descriptor).size - written;
    try {
        writeFully(descriptor, bytes.subarray(written));
    } catch (error) {
        ftruncateSync(descriptor, before);
        throw error;
    }
}

/** A file for each log, open while its run writes. The directory is made if it is missing. */
export function createFileLogSink(directory: string): LogSink {
    onDisk('make', directory, () => mkdirSync(directory, { recursive: true }));
    const open = new Map<string, number>();
    const fileOf = (runId: string): string => join(directory, `${runId}${EXTENSION}`);
    const end = (runId: string): void => {
        const descriptor = open.get(runId);
        if (descriptor === undefined) return;
        open.delete(runId);
        closeSync(descriptor);
    };
    const closeAll = (): number => {
        const count = open.size;
        for (const runId of open.keys()) end(runId);
        return count;
    };
    const release = holdDescriptors(closeAll);
    return {
        append(runId, text) {
            onDisk('append to', fileOf(runId), () => {
                const descriptor = open.get(runId) ?? openForLines(fileOf(runId));
                open.set(runId, descriptor);
                appendWhole(descriptor, text);
            });
        },
        end,
        ids: () =>
            onDisk('list', directory, () => readdirSync(directory))
                .filter((name) => name.endsWith(EXTENSION))
                .map((name) => name.slice(0, -EXTENSION.length)),
        read: (runId) => ifExists('read', fileOf(runId), () => readFileSync(fileOf(runId), 'utf8')),
        close() {
            closeAll();
            release();
        },
        remove(runId) {
            end(runId);
            onDisk('remove', fileOf(runId), () => rmSync(fileOf(runId), { force: true }));
        },
    };
}
