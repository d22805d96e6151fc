import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FileSystemContext } from '../storage/file/file-system-context.js';
import { wrapFsError } from '../storage/file/fs-error.js';
import { JsonlFile } from '../storage/file/jsonl-file.js';
import { readCharge, type ClosableChargeLog } from './charge-log.js';

/**
 * A file for each run that is charged, with a line of JSON for each charge.
 *
 * @param directory - Made if it is missing.
 * @throws EngineError `storage-corrupted` when a line is no charge, `storage-failed` when the disk refuses.
 */
export function createFileChargeLog(directory: string, disk: FileSystemContext): ClosableChargeLog {
    wrapFsError('make', directory, () => mkdirSync(directory, { recursive: true }));
    const open = new Map<string, JsonlFile>();
    const pathOf = (runId: string): string => join(directory, `${runId}.jsonl`);
    const fileOf = (runId: string): JsonlFile => {
        let file = open.get(runId);
        if (file !== undefined) return file;
        file = new JsonlFile(pathOf(runId), disk);
        file.open();
        open.set(runId, file);
        return file;
    };
    const end = (runId: string): void => {
        open.get(runId)?.close();
        open.delete(runId);
    };
    const linesOf = (runId: string): string[] => {
        const wasOpen = open.has(runId);
        try {
            return Array.from(fileOf(runId).chunks(), (chunk) =>
                chunk.toString('utf8', 0, chunk.length - 1).split('\n'),
            ).flat();
        } finally {
            if (!wasOpen) end(runId);
        }
    };
    return {
        append: (runId, charge) => fileOf(runId).append([JSON.stringify(charge)]),
        load: (runId) => linesOf(runId).map((line) => readCharge(line, pathOf(runId))),
        end,
        remove(runId) {
            end(runId);
            wrapFsError('remove', pathOf(runId), () => rmSync(pathOf(runId), { force: true }));
        },
        close() {
            for (const file of open.values()) file.close();
        },
    };
}
