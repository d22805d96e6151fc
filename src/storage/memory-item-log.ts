import type { ItemLease } from '../protocol/item-lease.js';
import { DirectMemoryWrites } from './direct-writes.js';
import { ItemLog } from './item-log.js';
import { LinePages } from './line-pages.js';

/** Items in pages of memory. */
export class MemoryItemLog extends ItemLog {
    readonly #pages: LinePages;
    #direct: DirectMemoryWrites | undefined;

    /** @param lines - What it starts with: whole lines, which are shared and not copied. */
    constructor(lines: readonly Uint8Array[] = []) {
        const pages = new LinePages();
        super(pages);
        this.#pages = pages;
        for (const piece of lines) {
            pages.adopt(piece);
            this.note(piece);
        }
    }

    lease(byteCount: number): ItemLease {
        return (this.#direct ??= new DirectMemoryWrites()).grant(byteCount);
    }

    absorb(): number {
        const lines = this.#direct?.take();
        if (lines === undefined || lines.length === 0) return 0;
        this.#pages.appendBytes(lines);
        return this.note(lines);
    }

    /** All items as lines, where they are. */
    pieces(): Uint8Array[] {
        return this.#pages.pieces();
    }

    endLease(): void {
        this.#direct?.end();
        this.#direct = undefined;
    }
}
