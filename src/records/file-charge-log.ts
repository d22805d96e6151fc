import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FileSystemContext } from '../storage/file/file-system-context.js';
import { wrapFsError } from '../storage/file/fs-error.js';
import { JsonlFile } from '../storage/file/jsonl-file.js';
import { parseCharge, type ClosableChargeLog } from './charge-log.js';

/**
 * Creates a charge log in files: one for each run that was charged, with a line of JSON for each charge.
 *
 * @param directory - Created if it is missing.
 * @throws EngineError `storage-corrupted` if a line is not a charge, `storage-failed` if reading or writing fails.
 */
export function createFileChargeLog(directory: string, disk: FileSystemContext): ClosableChargeLog {
    disk.createFolder(directory);
    const openFiles = new Map<string, JsonlFile>();
    const pathOf = (runId: string): string => join(directory, `${runId}.jsonl`);
    const openFile = (runId: string): JsonlFile => {
        let file = openFiles.get(runId);
        if (file !== undefined) return file;
        file = new JsonlFile(pathOf(runId), disk);
        file.open();
        openFiles.set(runId, file);
        return file;
    };
    const end = (runId: string): void => {
        openFiles.get(runId)?.close();
        openFiles.delete(runId);
    };
    const readLines = (runId: string): string[] => {
        const wasOpen = openFiles.has(runId);
        try {
            return Array.from(openFile(runId).chunks(), (chunk) =>
                chunk.toString('utf8', 0, chunk.length - 1).split('\n'),
            ).flat();
        } finally {
            if (!wasOpen) end(runId);
        }
    };
    return {
        append: (runId, charge) => openFile(runId).append([JSON.stringify(charge)]),
        load: (runId) => readLines(runId).map((line) => parseCharge(line, pathOf(runId))),
        end,
        remove(runId) {
            end(runId);
            wrapFsError('remove', pathOf(runId), () => rmSync(pathOf(runId), { force: true }));
        },
        close() {
            for (const file of openFiles.values()) file.close();
        },
    };
}
