import { join } from 'node:path';
import type { RunDocument } from '../model/run-document.js';
import type { Durability } from '../storage/atomic-file.js';
import { OpenFiles } from '../storage/open-files.js';
import { OutlineFile } from '../storage/outline-file.js';
import { isSettled, isSettledRow, outlineOfRun, rowOfRun, runOfRow, type RunOutline } from './run-outline.js';

/** The files of all runs, and how they are read. */
export interface FileRunsParts {
    /** The folder of the registry. */
    directory: string;
    durability: Durability;
    /** A directory on the same disk for what is being written. */
    temporary: string;
    /** Told of what a crash had left behind and has been put right. */
    onWarning: (message: string) => void;
    ids: () => string[];
    pathOf: (id: string) => string;
    /** Undefined for one that is not there, or cannot be read. */
    load: (id: string) => RunDocument | undefined;
}

/** The outlines of runs, of those that have ended: what is not outlined is read. */
export class FileRuns {
    readonly #outlines: OutlineFile;
    readonly #files = new OpenFiles();
    readonly #settled = new Set<string>();
    readonly #unsettled = new Set<string>();
    #areAllReadable = true;

    constructor({ directory, durability, temporary, onWarning: warn, ids, pathOf, load }: FileRunsParts) {
        const folder = join(directory, 'runs');
        const temporaryPath = (): string => join(temporary, 'outlines-of-runs');
        const disk = { files: this.#files, durability, temporaryPath, warn };
        this.#outlines = new OutlineFile(`${folder}.jsonl`, disk, {
            ids,
            pathOf,
            folder,
            outlineOf: (id) => {
                const document = load(id);
                if (document === undefined) this.#areAllReadable = false;
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
        // One that could not be read may be mended, which nobody would see who does not look at each.
        this.#outlines.close(this.#areAllReadable && this.#unsettled.size === 0);
        this.#files.closeAll();
    }
}
