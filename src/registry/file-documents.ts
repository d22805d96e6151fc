import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isEngineError } from '../errors/engine-error.js';
import { isDamage, onDisk } from '../storage/disk-error.js';
import { JsonFile } from '../storage/json-file.js';
import { moveAside } from '../storage/set-aside.js';
import { findMisshape, labelOf } from './document-shape.js';
import { DOCUMENT_KINDS, type DocumentKind, type DocumentStore } from './document-store.js';

const EXTENSION = '.json';

/** How documents are kept in files. */
export interface FileDocumentsOptions {
    /** Made if it is missing. */
    directory: string;
    durability: 'process' | 'fsync';
    /** A directory on the same disk for what is being written. It is emptied by whoever opens the directory. */
    temporary: string;
    /** Told of each document that cannot be read. */
    onWarning: (message: string) => void;
}

/**
 * A file for each document, in a folder for each kind. One that cannot be read is told of and left as it is; the others do not
 * suffer from it.
 *
 * @throws EngineError `storage-failed` when the disk refuses.
 */
export function createFileDocuments(options: FileDocumentsOptions): DocumentStore {
    return new FileDocuments(options);
}

class FileDocuments implements DocumentStore {
    readonly #options: FileDocumentsOptions;
    /** Ids of those that cannot be read, and were told of. */
    readonly #damaged = new Map<DocumentKind, Set<string>>();

    constructor(options: FileDocumentsOptions) {
        this.#options = options;
        for (const kind of DOCUMENT_KINDS) {
            const folder = this.#folderOf(kind);
            // Nobody else on the machine is to read the keys.
            const mode = kind === 'secret-keys' ? 0o700 : 0o777;
            onDisk('make', folder, () => mkdirSync(folder, { recursive: true, mode }));
            this.#damaged.set(kind, new Set());
        }
    }

    loadAll(kind: DocumentKind): unknown[] {
        return Array.from(this.#readAll(kind), ([, document]) => document);
    }

    dump(kind: DocumentKind): [id: string, json: string][] {
        return Array.from(this.#readAll(kind), ([id, document]) => [id, JSON.stringify(document)]);
    }

    damaged(kind: DocumentKind): string[] {
        return [...this.#damaged.get(kind)!];
    }

    save(kind: DocumentKind, id: string, document: object): void {
        const { durability, temporary } = this.#options;
        if (this.#damaged.get(kind)!.has(id)) this.#setAside(kind, id);
        const writtenFirst = join(temporary, `${kind}-${id}`);
        new JsonFile(this.#fileOf(kind, id), { durability, temporary: writtenFirst }).write(document);
    }

    remove(kind: DocumentKind, id: string): void {
        const path = this.#fileOf(kind, id);
        onDisk('remove', path, () => rmSync(path, { force: true }));
    }

    *#readAll(kind: DocumentKind): Generator<[id: string, document: unknown]> {
        const folder = this.#folderOf(kind);
        for (const name of onDisk('list', folder, () => readdirSync(folder))) {
            if (!name.endsWith(EXTENSION)) continue;
            const id = name.slice(0, -EXTENSION.length);
            const document = this.#read(kind, id);
            if (document !== undefined) yield [id, document];
        }
    }

    #read(kind: DocumentKind, id: string): unknown {
        try {
            const document: unknown = new JsonFile(this.#fileOf(kind, id)).read();
            const problem = findMisshape(kind, id, document);
            if (problem === undefined) return document;
            this.#noteDamage(kind, id, problem);
        } catch (error) {
            if (!isDamage(error)) throw error;
            const isBroken = isEngineError(error) && error.code === 'storage-corrupted';
            this.#noteDamage(kind, id, isBroken ? 'it is not JSON' : (error as Error).message);
        }
        return undefined;
    }

    #noteDamage(kind: DocumentKind, id: string, problem: string): void {
        const known = this.#damaged.get(kind)!;
        if (known.has(id)) return;
        known.add(id);
        this.#options.onWarning(
            `\`${this.#fileOf(kind, id)}\` holds a ${labelOf(kind)} that cannot be read, and the engine goes on without ` +
                `it: ${problem.replace(/\.$/, '')}. The file stays as it is. Restore it from a backup and open the ` +
                'directory again, or remove it.',
        );
    }

    /** What cannot be read may still be of use to a person. */
    #setAside(kind: DocumentKind, id: string): void {
        const path = this.#fileOf(kind, id);
        const aside = moveAside(path);
        this.#damaged.get(kind)!.delete(id);
        this.#options.onWarning(
            `\`${path}\` could not be read, and another takes its place; it is kept as \`${aside}\`.`,
        );
    }

    #folderOf(kind: DocumentKind): string {
        return join(this.#options.directory, kind);
    }

    #fileOf(kind: DocumentKind, id: string): string {
        return join(this.#folderOf(kind), `${id}${EXTENSION}`);
    }
}
