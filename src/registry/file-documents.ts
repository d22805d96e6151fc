import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isEngineError } from '../errors/engine-error.js';
import type { RunDocument } from '../model/run-document.js';
import { isDamage, onDisk } from '../storage/disk-error.js';
import { JsonFile } from '../storage/json-file.js';
import { moveAside } from '../storage/set-aside.js';
import { findMisshape, labelOf } from './document-shape.js';
import { DOCUMENT_KINDS, type DocumentKind, type DocumentStore } from './document-store.js';
import { FileRuns } from './file-runs.js';
import { outlineOfRun, type RunOutline } from './run-outline.js';

const EXTENSION = '.json';

/** Where and how documents are kept in files. */
export interface FileDocumentsOptions {
    /** Made if it is missing. */
    directory: string;
    durability: 'process' | 'fsync';
    /** A directory on the same disk for what is being written. It is emptied by whoever opens the directory. */
    temporary: string;
    /** Told of each document that cannot be read, and of what a crash had left behind and has been put right. */
    onWarning: (message: string) => void;
}

/**
 * A file for each document, in a folder for each kind. One that cannot be read is told of and left as it is; the others do not
 * suffer from it. Runs, of which there are many, have their outlines in one file besides.
 *
 * @throws EngineError `storage-failed` when the disk refuses.
 */
export function createFileDocuments(options: FileDocumentsOptions): DocumentStore {
    const files = new FileDocuments(options);
    return {
        sharesDocuments: false,
        loadAll: (kind) => files.loadAll(kind),
        load: (kind, id) => files.load(kind, id),
        outlineRuns: () => files.outlineRuns(),
        dump: (kind) => files.dump(kind),
        damaged: (kind) => files.damaged(kind),
        save: (kind, id, document) => files.save(kind, id, document),
        remove: (kind, id) => files.remove(kind, id),
        close: () => files.close(),
    };
}

class FileDocuments {
    readonly #options: FileDocumentsOptions;
    /** Ids of those that cannot be read, and were told of. */
    readonly #damaged = new Map<DocumentKind, Set<string>>();
    readonly #runs: FileRuns;

    constructor(options: FileDocumentsOptions) {
        this.#options = options;
        for (const kind of DOCUMENT_KINDS) {
            const folder = this.#folderOf(kind);
            // Nobody else on the machine is to read the keys.
            const mode = kind === 'secret-keys' ? 0o700 : 0o777;
            onDisk('make', folder, () => mkdirSync(folder, { recursive: true, mode }));
            this.#damaged.set(kind, new Set());
        }
        this.#runs = new FileRuns({
            ...options,
            ids: () => this.#idsOf('runs'),
            pathOf: (id) => this.#fileOf('runs', id),
            load: (id) => this.load('runs', id) as RunDocument | undefined,
        });
    }

    loadAll(kind: DocumentKind): unknown[] {
        return Array.from(this.#readAll(kind), ([, document]) => document);
    }

    load(kind: DocumentKind, id: string): unknown {
        const path = this.#fileOf(kind, id);
        try {
            const document: unknown = new JsonFile(path).read();
            if (document === undefined && !existsSync(path)) return undefined;
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

    outlineRuns(): RunOutline[] {
        return this.#runs.open();
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
        const file = new JsonFile(this.#fileOf(kind, id), { durability, temporary: writtenFirst });
        if (kind === 'runs') this.#runs.save(outlineOfRun(document as RunDocument), () => file.write(document));
        else file.write(document);
    }

    remove(kind: DocumentKind, id: string): void {
        const path = this.#fileOf(kind, id);
        onDisk('remove', path, () => rmSync(path, { force: true }));
        if (kind === 'runs') this.#runs.forget(id);
    }

    close(): void {
        this.#runs.close();
    }

    *#readAll(kind: DocumentKind): Generator<[id: string, document: unknown]> {
        for (const id of this.#idsOf(kind)) {
            const document = this.load(kind, id);
            if (document !== undefined) yield [id, document];
        }
    }

    #idsOf(kind: DocumentKind): string[] {
        const folder = this.#folderOf(kind);
        const names = onDisk('list', folder, () => readdirSync(folder));
        return names.filter((name) => name.endsWith(EXTENSION)).map((name) => name.slice(0, -EXTENSION.length));
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
