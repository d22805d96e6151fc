import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageKind } from '../model/storage.js';
import type { Disk } from './disk.js';
import { ifExists } from './disk-error.js';
import { JsonFile } from './json-file.js';
import { OutlineFile } from './outline-file.js';
import { isStorageId } from './storage-id.js';
import { isSettledRow, rowOfStorage, storageOfRow, type StorageOutline } from './storage-outline.js';

/** The file for the metadata of a storage in the folder of its kind. */
export function metadataPath(folder: string, id: string): string {
    return join(folder, id, 'metadata.json');
}

/** The outlines of all storages of one kind. */
export class FileOutlines {
    readonly #kind: StorageKind;
    readonly #file: OutlineFile;
    #isOpen = false;

    /** @param path - Of the file with the outlines. */
    constructor(kind: StorageKind, path: string, folder: string, disk: Disk) {
        this.#kind = kind;
        this.#file = new OutlineFile(path, disk, {
            folder,
            // In an order that is always the same, for those that are of the same age.
            ids: () => (ifExists('list', folder, () => readdirSync(folder)) ?? []).filter(isStorageId).toSorted(),
            pathOf: (id) => metadataPath(folder, id),
            outlineOf(id) {
                const metadata = new JsonFile(metadataPath(folder, id), { times: 'texts' }).read();
                return metadata && rowOfStorage(kind, id, metadata);
            },
            isUnsettled: (row) => !isSettledRow(row),
        });
    }

    open(): StorageOutline[] {
        const outlines = Array.from(this.#file.open().values(), storageOfRow);
        this.#isOpen = true;
        return outlines.filter((outline) => outline !== undefined);
    }

    /** At no moment does an outline say that all is settled when the metadata do not. */
    save(id: string, metadata: unknown, write: () => void): void {
        const row = this.#isOpen ? rowOfStorage(this.#kind, id, metadata) : undefined;
        const comesFirst = row !== undefined && !isSettledRow(row);
        if (comesFirst) this.#file.note(id, row);
        write();
        if (row !== undefined && !comesFirst) this.#file.note(id, row);
    }

    forget(id: string): void {
        if (this.#isOpen) this.#file.note(id);
    }

    close(): void {
        if (this.#isOpen) this.#file.close(true);
        this.#isOpen = false;
    }
}
