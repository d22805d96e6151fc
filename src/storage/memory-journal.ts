import type { Journal } from './backend.js';
import { LineLog } from './line-log.js';
import { LinePages } from './line-pages.js';

/** A journal in memory. */
export class MemoryJournal implements Journal {
    #log = new LineLog(new LinePages());

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
        const log = new LineLog(new LinePages());
        log.append(entries);
        this.#log = log;
    }

    close(): void {}
}
