import type { Journal } from './backend.js';
import { LineLog } from './line-log.js';
import { LinePages } from './line-pages.js';

/** A journal in memory. */
export class MemoryJournal implements Journal {
    #pages = new LinePages();
    #log = new LineLog(this.#pages);

    /** @param lines - What it starts with: whole lines, which are shared and not copied. */
    constructor(lines: readonly Uint8Array[] = []) {
        for (const piece of lines) this.#log.note(this.#pages.adopt(piece));
    }

    get length(): number {
        return this.#log.count;
    }

    load(): Promise<string[]> {
        return this.#log.read(0, this.#log.count);
    }

    append(entry: string): void {
        this.#log.append([entry]);
    }

    compact(entries: readonly string[]): void {
        const pages = new LinePages();
        const log = new LineLog(pages);
        log.append(entries);
        this.#pages = pages;
        this.#log = log;
    }

    /** All entries as lines, where they are. */
    pieces(): Uint8Array[] {
        return this.#pages.pieces();
    }

    close(): void {}
}
