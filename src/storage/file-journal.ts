import { join } from 'node:path';
import type { Journal } from './backend.js';
import type { Disk } from './disk.js';
import { LineFile } from './line-file.js';
import { lineLength } from './line-log.js';

/** A journal in `journal.jsonl` of a directory. Nothing is read before it is asked for. */
export class FileJournal implements Journal {
    readonly #file: LineFile;
    readonly #onClose: () => void;
    #length: number | undefined;

    constructor(directory: string, disk: Disk, onClose: () => void) {
        this.#file = new LineFile(join(directory, 'journal.jsonl'), disk);
        this.#onClose = onClose;
    }

    get length(): number {
        return this.#open();
    }

    async load(): Promise<string[]> {
        if (this.#length === undefined) this.#file.open();
        const entries: string[] = [];
        for (const batch of this.#file.lines()) {
            for (const entry of batch) entries.push(entry);
        }
        this.#length = entries.length;
        return entries;
    }

    append(entry: string): void {
        const length = this.#open();
        this.#file.append([entry], [lineLength(entry)]);
        this.#length = length + 1;
    }

    compact(entries: readonly string[]): void {
        this.#open();
        this.#file.replace(entries);
        this.#length = entries.length;
    }

    close(): void {
        this.#file.close();
        this.#onClose();
    }

    #open(): number {
        if (this.#length !== undefined) return this.#length;
        this.#file.open();
        let length = 0;
        for (const batch of this.#file.lines()) length += batch.length;
        return (this.#length = length);
    }
}
