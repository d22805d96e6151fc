import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { JsonFile } from '../storage/json-file.js';
import { DOCUMENT_KINDS, type DocumentKind, type DocumentStore } from './document-store.js';

const EXTENSION = '.json';

/** How documents are kept in files. */
export interface FileDocumentsOptions {
    /** Made if it is missing. */
    directory: string;
    durability: 'process' | 'fsync';
}

/**
 * A file for each document, in a folder for each kind.
 *
 * @throws EngineError `storage-corrupted` when a document is not JSON, `storage-failed` when the disk refuses.
 */
export function createFileDocuments({ directory, durability }: FileDocumentsOptions): DocumentStore {
    const fileOf = (kind: DocumentKind, id: string): string => join(directory, kind, `${id}${EXTENSION}`);
    // Nobody else on the machine is to read the keys.
    for (const kind of DOCUMENT_KINDS) {
        mkdirSync(join(directory, kind), { recursive: true, mode: kind === 'secret-keys' ? 0o700 : 0o777 });
    }
    const namesOf = (kind: DocumentKind): string[] => {
        return readdirSync(join(directory, kind)).filter((name) => name.endsWith(EXTENSION));
    };
    const read = (kind: DocumentKind, name: string): unknown =>
        new JsonFile(join(directory, kind, name), { durability }).read();
    return {
        loadAll: (kind) => namesOf(kind).map((name) => read(kind, name)),
        dump: (kind) =>
            namesOf(kind).map((name) => [name.slice(0, -EXTENSION.length), JSON.stringify(read(kind, name))]),
        save: (kind, id, document) => new JsonFile(fileOf(kind, id), { durability }).write(document),
        remove: (kind, id) => rmSync(fileOf(kind, id), { force: true }),
    };
}
