import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { JsonFile } from '../storage/json-file.js';
import type { DocumentKind, DocumentStore } from './document-store.js';

const KINDS: readonly DocumentKind[] = [
    'actors',
    'builds',
    'dispatches',
    'runs',
    'schedules',
    'secret-keys',
    'settings',
    'tasks',
    'users',
    'webhooks',
];
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
    for (const kind of KINDS) {
        mkdirSync(join(directory, kind), { recursive: true, mode: kind === 'secret-keys' ? 0o700 : 0o777 });
    }
    return {
        loadAll: (kind) =>
            readdirSync(join(directory, kind))
                .filter((name) => name.endsWith(EXTENSION))
                .map((name) => new JsonFile(join(directory, kind, name), { durability }).read()),
        save: (kind, id, document) => new JsonFile(fileOf(kind, id), { durability }).write(document),
        remove: (kind, id) => rmSync(fileOf(kind, id), { force: true }),
    };
}
