import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { moveFile, replaceFile } from '../storage/file/atomic-file.js';
import type { FileSystemContext } from '../storage/file/file-system-context.js';
import { ifExists, wrapFsError } from '../storage/file/fs-error.js';
import { JsonlFile } from '../storage/file/jsonl-file.js';
import { isStorageId } from '../storage/names.js';
import { latestText, MAX_LOG_CHARS } from './run-log.js';

/** Where the text of logs is kept beyond the life of their runs. */
export interface LogWriter {
    append(runId: string, text: string): void;
    /** Says that nothing more comes for a while. `text` is all that there is, if what was appended is more than that. */
    end(runId: string, text?: string): void;
    /** The whole text, or its latest part where it is more than a log has; undefined if there is none. */
    read(runId: string): string | undefined;
    remove(runId: string): void;
    /** Gives up what is open. */
    close(): void;
}

/** At least as many bytes as a log can have. */
const MOST_BYTES = MAX_LOG_CHARS * 3;

/**
 * Keeps logs in files of a directory, which is made if it is missing. One that grows beyond what a log has is moved aside, over
 * the one that was moved before, so that a log never takes more than twice that.
 */
export function createFileLogWriter(directory: string, disk: FileSystemContext): LogWriter {
    wrapFsError('make', directory, () => mkdirSync(directory, { recursive: true }));
    // A loss of power may take the latest lines of a log.
    const logDisk: FileSystemContext = { ...disk, durability: 'process' };
    const open = new Map<string, JsonlFile>();
    const pathOf = (runId: string): string => join(directory, `${runId}.log`);
    const olderOf = (runId: string): string => `${pathOf(runId)}.1`;
    const fileOf = (runId: string): JsonlFile => {
        const known = open.get(runId);
        if (known !== undefined) return known;
        const file = new JsonlFile(pathOf(runId), logDisk);
        file.open('complete');
        open.set(runId, file);
        return file;
    };
    const close = (runId: string): void => {
        open.get(runId)?.close();
        open.delete(runId);
    };
    const remove = (path: string): void => wrapFsError('remove', path, () => rmSync(path, { force: true }));
    return {
        append(runId, text) {
            const file = fileOf(runId);
            file.appendBytes(Buffer.from(text));
            if (file.size <= MAX_LOG_CHARS) return;
            close(runId);
            try {
                moveFile(pathOf(runId), olderOf(runId));
            } catch {
                // It grows on, and is tried again with what comes next.
            }
        },
        end(runId, text) {
            close(runId);
            if (text === undefined) return;
            replaceFile(pathOf(runId), text, 'process', { temporary: join(disk.temporary, `log-${runId}`) });
            remove(olderOf(runId));
        },
        read(runId) {
            // Anybody may ask for any id, also for one that leads elsewhere.
            if (!isStorageId(runId)) return undefined;
            const older = readEnd(olderOf(runId));
            const latest = readEnd(pathOf(runId));
            if (older === undefined && latest === undefined) return undefined;
            return latestText(
                `${older?.text ?? ''}${latest?.text ?? ''}`,
                older !== undefined || latest?.isCut === true,
            );
        },
        remove(runId) {
            close(runId);
            remove(pathOf(runId));
            remove(olderOf(runId));
        },
        close() {
            for (const runId of open.keys()) close(runId);
        },
    };
}

/** Returns the end of a log's file, no more than a log may have: another program may have written more. */
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
