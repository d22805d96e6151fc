import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onDisk } from '../storage/disk-error.js';
import { LineFile } from '../storage/line-file.js';
import { lineLength } from '../storage/line-log.js';
import { OpenFiles } from '../storage/open-files.js';
import { readCharge, type ClosableChargeStore } from './charge-store.js';

const EXTENSION = '.jsonl';

/** How charges are kept in files. */
export interface FileChargesOptions {
    /** Made if it is missing. */
    directory: string;
    durability: 'process' | 'fsync';
    /** Told of what a crash had left behind and has been put right. */
    onWarning: (message: string) => void;
}

/**
 * A file for each run that is charged, with a line of JSON for each charge.
 *
 * @throws EngineError `storage-corrupted` when a line is no charge, `storage-failed` when the disk refuses.
 */
export function createFileCharges({ directory, durability, onWarning }: FileChargesOptions): ClosableChargeStore {
    onDisk('make', directory, () => mkdirSync(directory, { recursive: true }));
    const disk = { files: new OpenFiles(), durability, warn: onWarning };
    const open = new Map<string, LineFile>();
    const pathOf = (runId: string): string => join(directory, `${runId}${EXTENSION}`);
    const fileOf = (runId: string): LineFile => {
        let file = open.get(runId);
        if (file !== undefined) return file;
        file = new LineFile(pathOf(runId), disk);
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
            return [...fileOf(runId).lines()].flat();
        } finally {
            if (!wasOpen) end(runId);
        }
    };
    return {
        append(runId, charge) {
            const line = JSON.stringify(charge);
            fileOf(runId).append([line], [lineLength(line)]);
        },
        load: (runId) => linesOf(runId).map((line) => readCharge(line, pathOf(runId))),
        end,
        remove(runId) {
            end(runId);
            onDisk('remove', pathOf(runId), () => rmSync(pathOf(runId), { force: true }));
        },
        dump() {
            const names = onDisk('list', directory, () => readdirSync(directory)).filter((name) =>
                name.endsWith(EXTENSION),
            );
            return names.map((name) => {
                const runId = name.slice(0, -EXTENSION.length);
                return [runId, linesOf(runId)];
            });
        },
        close() {
            for (const file of open.values()) file.close();
            disk.files.closeAll();
        },
    };
}
