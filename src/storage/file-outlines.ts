import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageKind } from '../model/storage.js';
import type { EngineError } from '../errors/engine-error.js';
import type { DamagedStorage, LoadedStorage } from './backend.js';
import type { Disk } from './disk.js';
import { ifExists, isDamage } from './disk-error.js';
import { OutlineFile, type OutlineRow } from './outline-file.js';
import { isStorageId } from './storage-id.js';
import { isSettledRow, rowOfStorage, storageOfRow, type StorageOutline } from './storage-outline.js';

/** The file for the metadata of a storage in the folder of its kind. */
export function metadataPath(folder: string, id: string): string {
    return join(folder, id, 'metadata.json');
}

/** The storages of one kind, and the file with their outlines. */
export interface FileOutlinesParts {
    kind: StorageKind;
    /** Of the file. */
    path: string;
    folder: string;
    disk: Disk;
    load: (id: string) => LoadedStorage | undefined;
}

/** The outlines of all storages of one kind. */
export class FileOutlines {
    readonly #parts: FileOutlinesParts;
    readonly #file: OutlineFile;
    readonly #damaged: DamagedStorage[] = [];
    #isOpen = false;

    constructor(parts: FileOutlinesParts) {
        const { path, folder, disk } = parts;
        this.#parts = parts;
        this.#file = new OutlineFile(path, disk, {
            folder,
            // In an order that is always the same, for those that are of the same age.
            ids: () => (ifExists('list', folder, () => readdirSync(folder)) ?? []).filter(isStorageId).toSorted(),
            pathOf: (id) => metadataPath(folder, id),
            outlineOf: (id) => this.#outlineOf(id),
            isUnsettled: (row) => !isSettledRow(row),
        });
    }

    open(): (StorageOutline | DamagedStorage)[] {
        const outlines = Array.from(this.#file.open().values(), storageOfRow);
        this.#isOpen = true;
        return [...outlines.filter((outline) => outline !== undefined), ...this.#damaged];
    }

    #outlineOf(id: string): OutlineRow | undefined {
        const loaded = this.#parts.load(id);
        if (loaded === undefined) return undefined;
        if ('damage' in loaded) {
            this.#damaged.push(loaded);
            return undefined;
        }
        try {
            return rowOfStorage(this.#parts.kind, id, loaded.metadata);
        } catch (error) {
            if (!isDamage(error)) throw error;
            const { name } = (loaded.metadata ?? {}) as { name?: unknown };
            const damage = error as EngineError;
            this.#damaged.push(typeof name === 'string' ? { id, damage, name } : { id, damage });
            return undefined;
        }
    }

    /** At no moment does an outline say that all is settled when the metadata do not. */
    save(id: string, metadata: unknown, write: () => void): void {
        const row = this.#isOpen ? rowOfStorage(this.#parts.kind, id, metadata) : undefined;
        const comesFirst = row !== undefined && !isSettledRow(row);
        if (comesFirst) this.#file.note(id, row);
        write();
        if (row !== undefined && !comesFirst) this.#file.note(id, row);
    }

    forget(id: string): void {
        if (this.#isOpen) this.#file.note(id);
    }

    close(): void {
        // One that could not be read may be mended, which nobody would see who does not look at each.
        if (this.#isOpen) this.#file.close(this.#damaged.length === 0);
        this.#isOpen = false;
    }
}
