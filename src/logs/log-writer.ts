import { closeSync, fstatSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { moveFile, replaceFile } from '../storage/file/atomic-file.js';
import type { FileSystemContext } from '../storage/file/file-system-context.js';
import { ifExists, wrapFsError } from '../storage/file/fs-error.js';
import { JsonlFile } from '../storage/file/jsonl-file.js';
import { isStorageId } from '../storage/names.js';
import { latestText, MAX_LOG_CHARS } from './run-log.js';

/** Writes and reads logs on disk. */
export interface LogWriter {
    append(runId: string, text: string): void;
    /** Closes the file of a log. With `text`, replaces everything that was appended. */
    end(runId: string, text?: string): void;
    /** Returns the text, or its latest part if it exceeds the maximum size of a log; undefined if the log does not exist. */
    read(runId: string): string | undefined;
    remove(runId: string): void;
    /** Closes all open files. */
    close(): void;
}

/** Upper bound for the size of a log in bytes: UTF-8 needs up to 3 bytes for each UTF-16 code unit. */
const MAX_BYTES = MAX_LOG_CHARS * 3;

/**
 * Creates a log writer for a directory, which is created if it is missing. A file that exceeds the maximum size of a log is rotated: it
 * replaces the previously rotated file, so that a log never takes more than twice the maximum.
 */
export function createFileLogWriter(directory: string, disk: FileSystemContext): LogWriter {
    disk.createFolder(directory);
    // Logs are not synced to disk: a power loss may lose their latest lines.
    const logDisk: FileSystemContext = { ...disk, durability: 'process' };
    const openFiles = new Map<string, JsonlFile>();
    const pathOf = (runId: string): string => join(directory, `${runId}.log`);
    const rotatedPathOf = (runId: string): string => `${pathOf(runId)}.1`;
    const openFile = (runId: string): JsonlFile => {
        const existing = openFiles.get(runId);
        if (existing !== undefined) return existing;
        const file = new JsonlFile(pathOf(runId), logDisk);
        file.open('complete');
        openFiles.set(runId, file);
        return file;
    };
    const close = (runId: string): void => {
        openFiles.get(runId)?.close();
        openFiles.delete(runId);
    };
    const remove = (path: string): void => wrapFsError('remove', path, () => rmSync(path, { force: true }));
    return {
        append(runId, text) {
            const file = openFile(runId);
            file.appendBytes(Buffer.from(text));
            if (file.size <= MAX_LOG_CHARS) return;
            close(runId);
            try {
                moveFile(pathOf(runId), rotatedPathOf(runId));
            } catch {
                // The file grows further, and the next append tries to rotate it again.
            }
        },
        end(runId, text) {
            close(runId);
            if (text === undefined) return;
            const temporary = join(disk.temporary, `log-${runId}`);
            replaceFile(pathOf(runId), text, 'process', { temporary, createFolder: disk.createFolder });
            remove(rotatedPathOf(runId));
        },
        read(runId) {
            // The id comes from API requests and must not lead to other files.
            if (!isStorageId(runId)) return undefined;
            const rotated = readTail(rotatedPathOf(runId));
            const current = readTail(pathOf(runId));
            if (rotated === undefined && current === undefined) return undefined;
            const text = `${rotated?.text ?? ''}${current?.text ?? ''}`;
            return latestText(text, rotated !== undefined || current?.isCut === true);
        },
        remove(runId) {
            close(runId);
            remove(pathOf(runId));
            remove(rotatedPathOf(runId));
        },
        close() {
            for (const runId of openFiles.keys()) close(runId);
        },
    };
}

/** Reads the end of a log file, up to the maximum size of a log: another program may have made the file larger. */
function readTail(path: string): { text: string; isCut: boolean } | undefined {
    return ifExists('read', path, () => {
        const descriptor = openSync(path, 'r');
        try {
            const { size } = fstatSync(descriptor);
            if (size <= MAX_BYTES) return { text: readFileSync(descriptor, 'utf8'), isCut: false };
            const bytes = Buffer.allocUnsafe(MAX_BYTES);
            const length = readSync(descriptor, bytes, 0, MAX_BYTES, size - MAX_BYTES);
            return { text: bytes.toString('utf8', 0, length), isCut: true };
        } finally {
            closeSync(descriptor);
        }
    });
}
