import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { JsonFile } from '../storage/json-file.js';

/** The kinds of documents in the registry; each has a folder of its own on disk. */
export type DocumentKind = 'actors' | 'builds' | 'runs' | 'schedules' | 'tasks' | 'users';

/** Keeps the registry's records as JSON documents, one for each record. */
export interface DocumentStore {
    /** All documents of a kind, in no particular order. */
    loadAll(kind: DocumentKind): unknown[];
    /** Replaces a document, atomically. */
    save(kind: DocumentKind, id: string, document: object): void;
    remove(kind: DocumentKind, id: string): void;
}

/** For engines in memory: the records live in the registry itself, so there is nothing to keep. */
export const noDocuments: DocumentStore = { loadAll: () => [], save: () => {}, remove: () => {} };

const KINDS: readonly DocumentKind[] = ['actors', 'builds', 'runs', 'schedules', 'tasks', 'users'];
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
    for (const kind of KINDS) mkdirSync(join(directory, kind), { recursive: true });
    return {
        loadAll: (kind) =>
            readdirSync(join(directory, kind))
                .filter((name) => name.endsWith(EXTENSION))
                .map((name) => new JsonFile(join(directory, kind, name), { durability }).read()),
        save: (kind, id, document) => new JsonFile(fileOf(kind, id), { durability }).write(document),
        remove: (kind, id) => rmSync(fileOf(kind, id), { force: true }),
    };
}
