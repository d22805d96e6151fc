import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import { DirectMemoryWrites } from '../dataset/direct-writes.js';
import { ItemLog } from '../dataset/item-log.js';
import type { LineStore } from '../line-store.js';

const MIN_PAGE_BYTES = 256;
const MAX_PAGE_BYTES = 1024 * 1024;

/** Items in pages of memory. */
export class MemoryItemLog extends ItemLog {
    readonly #pages: PagedBuffer;
    #direct: DirectMemoryWrites | undefined;

    /** @param lines - Initial items: chunks of whole lines, which are shared and not copied. */
    constructor(lines: readonly Uint8Array[] = []) {
        const pages = new PagedBuffer();
        super(pages);
        this.#pages = pages;
        for (const chunk of lines) {
            pages.adopt(chunk);
            this.indexLines(chunk);
        }
    }

    grantDirectWrites(byteCount: number): DirectWriteGrant {
        return (this.#direct ??= new DirectMemoryWrites()).grant(byteCount);
    }

    ingest(): number {
        const lines = this.#direct?.takeLines();
        if (lines === undefined || lines.length === 0) return 0;
        this.#pages.appendBytes(lines);
        return this.indexLines(lines);
    }

    /** Returns all items as chunks of lines, without a copy. */
    chunks(): Uint8Array[] {
        return this.#pages.chunks();
    }

    revokeDirectWrites(): void {
        this.#direct?.end();
        this.#direct = undefined;
    }
}

/** A block of memory with whole lines. */
interface Page {
    bytes: Buffer;
    /** Position of its first byte in the whole text. */
    start: number;
    used: number;
}

/**
 * Lines in pages of bytes, outside of the garbage-collected heap: a million small items cost little more than their bytes, and the
 * collector sees a few dozen objects.
 *
 * No line crosses a page boundary, and positions count only the used part of each page, so a page that was filled elsewhere can be
 * adopted. The size of a new page is a quarter of the stored bytes, within limits, which bounds the unused memory. A push that is
 * larger gets a page of its size.
 */
class PagedBuffer implements LineStore {
    readonly #pages: Page[] = [];
    #size = 0;

    get size(): number {
        return this.#size;
    }

    appendBytes(lines: Uint8Array): void {
        let page = this.#pages.at(-1);
        if (page === undefined || lines.length > page.bytes.length - page.used) {
            const defaultBytes = Math.min(MAX_PAGE_BYTES, Math.max(MIN_PAGE_BYTES, this.#size / 4));
            page = this.#addPage(Buffer.allocUnsafeSlow(Math.max(defaultBytes >>> 0, lines.length)));
        }
        page.bytes.set(lines, page.used);
        page.used += lines.length;
        this.#size += lines.length;
    }

    /** Adds whole lines as a page without copying them. The page is never written to. */
    adopt(lines: Uint8Array): void {
        this.#addPage(Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength)).used = lines.length;
        this.#size += lines.length;
    }

    /** Returns all lines without a copy. Written bytes never change. */
    chunks(): Buffer[] {
        return this.#pages.filter(({ used }) => used > 0).map(({ bytes, used }) => bytes.subarray(0, used));
    }

    text(from: number, to: number): string {
        let text = '';
        for (let index = this.#findPage(from); from < to; index++) {
            const page = this.#pages[index]!;
            const end = Math.min(to - page.start, page.used);
            text += page.bytes.toString('utf8', from - page.start, end);
            from = page.start + end;
        }
        return text;
    }

    #addPage(bytes: Buffer): Page {
        const page = { bytes, start: this.#size, used: 0 };
        this.#pages.push(page);
        return page;
    }

    #findPage(position: number): number {
        let low = 0;
        let high = this.#pages.length;
        while (high - low > 1) {
            const middle = (low + high) >>> 1;
            if (this.#pages[middle]!.start <= position) low = middle;
            else high = middle;
        }
        return low;
    }
}
