import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDocument } from '../model/run-document.js';
import { JsonFile } from '../storage/json-file.js';
import { OpenFiles } from '../storage/open-files.js';
import { OutlineFile } from '../storage/outline-file.js';
import { DOCUMENT_KINDS, type DocumentKind, type DocumentStore } from './document-store.js';
import { isSettled, isSettledRow, outlineOfRun, rowOfRun, runOfRow, type RunOutline } from './run-outline.js';

const EXTENSION = '.json';

/** How documents are kept in files. */
export interface FileDocumentsOptions {
    /** Made if it is missing. */
    directory: string;
    durability: 'process' | 'fsync';
    /** Told of what a crash had left behind and has been put right. Default: nobody is. */
    onWarning?: (message: string) => void;
}

/**
 * A file for each document, in a folder for each kind. Runs, of which there are many, have their outlines in one file besides.
 *
 * @throws EngineError `storage-corrupted` when a document is not JSON, `storage-failed` when the disk refuses.
 */
export function createFileDocuments(options: FileDocumentsOptions): DocumentStore {
    const { directory, durability } = options;
    const fileOf = (kind: DocumentKind, id: string): string => join(directory, kind, `${id}${EXTENSION}`);
    // Nobody else on the machine is to read the keys.
    for (const kind of DOCUMENT_KINDS) {
        mkdirSync(join(directory, kind), { recursive: true, mode: kind === 'secret-keys' ? 0o700 : 0o777 });
    }
    const idsOf = (kind: DocumentKind): string[] => {
        const names = readdirSync(join(directory, kind)).filter((name) => name.endsWith(EXTENSION));
        return names.map((name) => name.slice(0, -EXTENSION.length));
    };
    const load = (kind: DocumentKind, id: string): unknown => new JsonFile(fileOf(kind, id), { durability }).read();
    const runs = new FileRuns(options, { ids: () => idsOf('runs'), pathOf: (id) => fileOf('runs', id) });
    return {
        sharesDocuments: false,
        loadAll: (kind) => idsOf(kind).map((id) => load(kind, id)),
        load,
        outlineRuns: () => runs.open(),
        dump: (kind) => idsOf(kind).map((id) => [id, JSON.stringify(load(kind, id))]),
        save(kind, id, document) {
            const write = (): void => new JsonFile(fileOf(kind, id), { durability }).write(document);
            if (kind === 'runs') runs.save(outlineOfRun(document as RunDocument), write);
            else write();
        },
        remove(kind, id) {
            rmSync(fileOf(kind, id), { force: true });
            if (kind === 'runs') runs.forget(id);
        },
        close: () => runs.close(),
    };
}

/** The outlines of runs, of those that have ended: what is not outlined is read. */
class FileRuns {
    readonly #outlines: OutlineFile;
    readonly #files = new OpenFiles();
    readonly #settled = new Set<string>();
    readonly #unsettled = new Set<string>();

    constructor(
        { directory, durability, onWarning }: FileDocumentsOptions,
        documents: { ids: () => string[]; pathOf: (id: string) => string },
    ) {
        const disk = { files: this.#files, durability, warn: (message: string) => onWarning?.(message) };
        this.#outlines = new OutlineFile(join(directory, 'runs.jsonl'), disk, {
            ...documents,
            folder: join(directory, 'runs'),
            outlineOf(id) {
                const document = new JsonFile<RunDocument>(documents.pathOf(id), { times: 'texts' }).read();
                return document && rowOfRun(outlineOfRun(document));
            },
            isUnsettled: (row) => !isSettledRow(row),
        });
    }

    open(): RunOutline[] {
        const outlines: RunOutline[] = [];
        for (const [id, row] of this.#outlines.open()) {
            const outline = runOfRow(row);
            if (outline === undefined) continue;
            outlines.push(outline);
            (isSettled(outline) ? this.#settled : this.#unsettled).add(id);
        }
        return outlines;
    }

    /** At no moment does an outline say that a run has ended whose document says that it lives. */
    save(outline: RunOutline, write: () => void): void {
        const { id } = outline;
        if (!isSettled(outline)) {
            if (this.#settled.delete(id)) this.#outlines.note(id);
            this.#unsettled.add(id);
            return write();
        }
        write();
        this.#unsettled.delete(id);
        if (this.#settled.has(id)) return;
        this.#settled.add(id);
        this.#outlines.note(id, rowOfRun(outline));
    }

    forget(id: string): void {
        this.#unsettled.delete(id);
        if (this.#settled.delete(id)) this.#outlines.note(id);
    }

    close(): void {
        this.#outlines.close(this.#unsettled.size === 0);
        this.#files.closeAll();
    }
}
