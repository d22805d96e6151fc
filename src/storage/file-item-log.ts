import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ItemLease } from '../protocol/item-lease.js';
import type { Absorbed, ItemLog, ItemRange } from './backend.js';
import type { Disk } from './disk.js';
import { onDisk } from './disk-error.js';
import { DirectFileWrites } from './direct-writes.js';
import { LineFile } from './line-file.js';
import { LineLog, NOTHING_ABSORBED } from './line-log.js';
import { type SparseIndex, SparseIndexFile } from './sparse-index.js';

/** Items in `items.jsonl` of a directory. Nothing is read before it is asked for. */
export class FileItemLog implements ItemLog {
    readonly #directory: string;
    readonly #file: LineFile;
    readonly #indexFile: SparseIndexFile;
    readonly #onClose: () => void;
    #direct: DirectFileWrites | undefined;
    #readers = 0;
    #opened: { log: LineLog; index: SparseIndex } | undefined;

    constructor(directory: string, disk: Disk, onClose: () => void) {
        this.#directory = directory;
        this.#file = new LineFile(join(directory, 'items.jsonl'), disk);
        this.#indexFile = new SparseIndexFile(join(directory, 'items.index'), disk);
        this.#onClose = onClose;
    }

    get count(): number {
        return this.#open().log.count;
    }

    get bytes(): number {
        return this.#open().log.bytes;
    }

    append(items: readonly string[]): void {
        if (this.#direct === undefined) this.#append(items);
        else this.#direct.exclusively(() => this.#appendAfterAll(items));
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
        return this.#readers > 0 || this.#direct !== undefined;
    }

    portion(range: ItemRange, bytes: number, isBackwards: boolean): ItemRange {
        return this.#open().log.portion(range, bytes, isBackwards);
    }

    lease(): ItemLease | undefined {
        // A thread cannot wait for the disk without stopping, so there the host does the waiting.
        if (!this.#file.survivesOnlyTheProcess) return undefined;
        this.#open();
        onDisk('make', this.#directory, () => mkdirSync(this.#directory, { recursive: true }));
        return (this.#direct ??= new DirectFileWrites(this.#file.path)).grant();
    }

    absorb(): Absorbed {
        if (this.#direct === undefined) return NOTHING_ABSORBED;
        const { log, index } = this.#open();
        let count = 0;
        const sample: string[] = [];
        for (const lines of this.#file.grow()) {
            const absorbed = log.note(lines);
            count += absorbed.count;
            if (sample.length === 0) sample.push(...absorbed.sample);
        }
        this.#indexFile.save(index);
        return { count, sample };
    }

    endLease(): void {
        this.#direct?.end();
        this.#direct = undefined;
    }

    close(): void {
        this.endLease();
        if (this.#opened !== undefined) this.#indexFile.save(this.#opened.index, true);
        this.abandon();
    }

    #append(items: readonly string[]): void {
        const { log, index } = this.#open();
        log.append(items);
        this.#indexFile.save(index);
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

    #open(): { log: LineLog; index: SparseIndex } {
        if (this.#opened !== undefined) return this.#opened;
        this.#file.open();
        const { index, count } = this.#indexFile.load(this.#file);
        return (this.#opened = { log: new LineLog(this.#file, index, count), index });
    }
}
