import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import { LineFile } from '../storage/line-file.js';
import { lineLength } from '../storage/line-log.js';
import { OpenFiles } from '../storage/open-files.js';
import type { ChargeStore } from '../lifecycle/parts.js';
import type { RunCharge } from '../model/pricing.js';

/** Keeps what the runs of an engine are charged for. */
export interface ClosableChargeStore extends ChargeStore {
    /** Gives up what is open. */
    close(): void;
}

/** For engines in memory. */
export function createMemoryCharges(): ClosableChargeStore {
    // As texts, which take a fraction of what objects do; a run may be charged a hundred thousand times.
    const lines = new Map<string, string[]>();
    return {
        append(runId, charge) {
            const own = lines.get(runId) ?? [];
            lines.set(runId, own);
            own.push(JSON.stringify(charge));
        },
        load: (runId) => (lines.get(runId) ?? []).map((line) => readCharge(line, runId)),
        end: () => {},
        remove: (runId) => void lines.delete(runId),
        close: () => {},
    };
}

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
    mkdirSync(directory, { recursive: true });
    const disk = { files: new OpenFiles(), durability, warn: onWarning };
    const open = new Map<string, LineFile>();
    const pathOf = (runId: string): string => join(directory, `${runId}.jsonl`);
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
    return {
        append(runId, charge) {
            const line = JSON.stringify(charge);
            fileOf(runId).append([line], [lineLength(line)]);
        },
        load(runId) {
            const wasOpen = open.has(runId);
            try {
                const lines = [...fileOf(runId).lines()].flat();
                return lines.map((line) => readCharge(line, pathOf(runId)));
            } finally {
                if (!wasOpen) end(runId);
            }
        },
        end,
        remove(runId) {
            end(runId);
            rmSync(pathOf(runId), { force: true });
        },
        close() {
            for (const file of open.values()) file.close();
        },
    };
}

function readCharge(line: string, from: string): RunCharge {
    try {
        const charge = JSON.parse(line) as RunCharge;
        return { ...charge, chargedAt: new Date(charge.chargedAt) };
    } catch (cause) {
        const message = `\`${from}\` has a line that is no charge. Restore it from a backup, or remove it to go on without it.`;
        throw new EngineError('storage-corrupted', message, { details: { path: from }, cause });
    }
}
