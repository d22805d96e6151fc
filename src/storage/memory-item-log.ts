import type { ItemLease } from '../protocol/item-lease.js';
import type { Absorbed, ItemLog, ItemRange } from './backend.js';
import { DirectMemoryWrites } from './direct-writes.js';
import { LineLog, NOTHING_ABSORBED } from './line-log.js';
import { LinePages } from './line-pages.js';

/** Items in pages of memory. */
export class MemoryItemLog implements ItemLog {
    readonly #pages = new LinePages();
    readonly #log = new LineLog(this.#pages);
    #direct: DirectMemoryWrites | undefined;

    /** @param lines - What it starts with: whole lines, which are shared and not copied. */
    constructor(lines: readonly Uint8Array[] = []) {
        for (const piece of lines) this.#log.note(this.#pages.adopt(piece));
    }

    get count(): number {
        return this.#log.count;
    }

    get bytes(): number {
        return this.#log.bytes;
    }

    append(items: readonly string[]): void {
        this.#log.append(items);
    }

    read(start: number, end: number): Promise<string[]> {
        return this.#log.read(start, end);
    }

    portion(range: ItemRange, bytes: number, isBackwards: boolean): ItemRange {
        return this.#log.portion(range, bytes, isBackwards);
    }

    lease(byteCount: number): ItemLease {
        return (this.#direct ??= new DirectMemoryWrites()).grant(byteCount);
    }

    absorb(): Absorbed {
        const bytes = this.#direct?.take();
        if (bytes === undefined || bytes.length === 0) return NOTHING_ABSORBED;
        this.#pages.appendBytes(bytes);
        return this.#log.note(bytes);
    }

    /** All items as lines, where they are. */
    pieces(): Uint8Array[] {
        return this.#pages.pieces();
    }

    endLease(): void {
        this.#direct?.end();
        this.#direct = undefined;
    }

    /** True, as it has nothing to close. */
    get isBusy(): boolean {
        return true;
    }

    close(): void {
        this.endLease();
    }
}
