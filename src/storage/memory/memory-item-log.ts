import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import { DirectMemoryWrites } from '../dataset/direct-writes.js';
import { ItemLog } from '../dataset/item-log.js';
import { type LineStore } from '../line-store.js';

const MIN_PAGE_BYTES = 256;
const MAX_PAGE_BYTES = 1024 * 1024;

/** Items in pages of memory. */
export class MemoryItemLog extends ItemLog {
    readonly #pages: PagedBuffer;
    #direct: DirectMemoryWrites | undefined;

    /** @param lines - What it starts with: whole lines, which are shared and not copied. */
    constructor(lines: readonly Uint8Array[] = []) {
        const pages = new PagedBuffer();
        super(pages);
        this.#pages = pages;
        for (const piece of lines) {
            pages.adopt(piece);
            this.indexLines(piece);
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

    /** All items as lines, where they are. */
    chunks(): Uint8Array[] {
        return this.#pages.chunks();
    }

    revokeDirectWrites(): void {
        this.#direct?.end();
        this.#direct = undefined;
    }
}

/** A stretch of memory that holds whole lines. */
interface Page {
    bytes: Buffer;
    /** Where its first byte lies in the text as a whole. */
    start: number;
    used: number;
}

/**
 * Lines in pages of bytes, outside of the garbage-collected heap: a million small items cost little more than their
 * bytes, and the collector sees a few dozen objects.
 *
 * No line crosses from one page to the next, and positions run on over the used part of each page only. A page that was
 * filled elsewhere can therefore be put in as it is. A new page has a quarter of the bytes stored so far, within limits, which
 * bounds what stands empty; a push that is larger gets a page that fits it.
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
            const usual = Math.min(MAX_PAGE_BYTES, Math.max(MIN_PAGE_BYTES, this.#size / 4));
            page = this.#addPage(Buffer.allocUnsafeSlow(Math.max(usual >>> 0, lines.length)));
        }
        page.bytes.set(lines, page.used);
        page.used += lines.length;
        this.#size += lines.length;
    }

    /** Puts a page of whole lines in as it is. It is shared, and never written to. */
    adopt(lines: Uint8Array): void {
        this.#addPage(Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength)).used = lines.length;
        this.#size += lines.length;
    }

    /** All lines, where they are. What has been written once never changes. */
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
