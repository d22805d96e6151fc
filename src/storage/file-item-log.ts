import { join } from 'node:path';
import type { ItemLease } from '../protocol/item-lease.js';
import type { Absorbed, ItemLog, ItemRange } from './backend.js';
import type { Disk } from './disk.js';
import { FileLease } from './file-lease.js';
import { ItemIndex } from './item-index.js';
import { LineFile } from './line-file.js';
import { LineLog, NOTHING_ABSORBED } from './line-log.js';
import type { LineMarks } from './line-marks.js';

/** Items in `items.jsonl` of a directory. Nothing is read before it is asked for. */
export class FileItemLog implements ItemLog {
    readonly #file: LineFile;
    readonly #index: ItemIndex;
    readonly #onClose: () => void;
    #lease: FileLease | undefined;
    #readers = 0;
    #opened: { log: LineLog; marks: LineMarks } | undefined;

    constructor(directory: string, disk: Disk, onClose: () => void) {
        this.#file = new LineFile(join(directory, 'items.jsonl'), disk);
        this.#index = new ItemIndex(join(directory, 'items.index'), disk);
        this.#onClose = onClose;
    }

    get count(): number {
        return this.#open().log.count;
    }

    get bytes(): number {
        return this.#open().log.bytes;
    }

    append(items: readonly string[]): void {
        if (this.#lease === undefined) this.#append(items);
        else this.#lease.whileNobodyWrites(() => this.#appendAfterAll(items));
    }

    async read(start: number, end: number): Promise<string[]> {
        this.#readers += 1;
        try {
            return await this.#open().log.read(start, end);
        } finally {
            this.#readers -= 1;
        }
    }

    get isBusy(): boolean {
        return this.#readers > 0 || this.#lease !== undefined;
    }

    portion(range: ItemRange, bytes: number, isBackwards: boolean): ItemRange {
        return this.#open().log.portion(range, bytes, isBackwards);
    }

    lease(): ItemLease | undefined {
        // A thread cannot wait for the disk without stopping, so there the host does the waiting.
        if (!this.#file.survivesOnlyTheProcess) return undefined;
        this.#open();
        return (this.#lease ??= new FileLease(this.#file.path)).lend();
    }

    absorb(): Absorbed {
        if (this.#lease === undefined) return NOTHING_ABSORBED;
        const { log, marks } = this.#open();
        let count = 0;
        const sample: string[] = [];
        for (const lines of this.#file.grow()) {
            const absorbed = log.note(lines);
            count += absorbed.count;
            if (sample.length === 0) sample.push(...absorbed.sample);
        }
        this.#index.save(marks);
        return { count, sample };
    }

    endLease(): void {
        this.#lease?.end();
        this.#lease = undefined;
    }

    close(): void {
        this.endLease();
        if (this.#opened !== undefined) this.#index.save(this.#opened.marks, true);
        this.abandon();
    }

    #append(items: readonly string[]): void {
        const { log, marks } = this.#open();
        log.append(items);
        this.#index.save(marks);
    }

    /** What came under the lease since the caller absorbed it keeps its place before what is appended now. */
    #appendAfterAll(items: readonly string[]): void {
        this.absorb();
        this.#append(items);
    }

    /** Closes without another write, since the storage is being removed. */
    abandon(): void {
        this.#file.close();
        this.#onClose();
    }

    #open(): { log: LineLog; marks: LineMarks } {
        if (this.#opened !== undefined) return this.#opened;
        this.#file.open();
        const { marks, count } = this.#index.load(this.#file);
        return (this.#opened = { log: new LineLog(this.#file, marks, count), marks });
    }
}
