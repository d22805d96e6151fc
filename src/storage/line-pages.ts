import type { LineStore } from './line-log.js';

const SMALLEST_PAGE = 256;
const LARGEST_PAGE = 1024 * 1024;

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
 * filled elsewhere could therefore be put in as it is. A new page has a quarter of the bytes stored so far, within limits, which
 * bounds what stands empty; a line or a push that is larger gets a page that fits it.
 */
export class LinePages implements LineStore {
    readonly #pages: Page[] = [];
    #size = 0;

    get size(): number {
        return this.#size;
    }

    append(lines: readonly string[], lengths: readonly number[]): void {
        let page = this.#pages.at(-1);
        const fitting = page === undefined ? 0 : countFitting(lengths, page.bytes.length - page.used);
        // The only step that can fail comes before anything is written.
        const next = fitting < lengths.length ? this.#makePage(lengths, fitting) : undefined;
        for (let i = 0; i < lines.length; i++) {
            if (i === fitting) page = this.#turnTo(next!);
            writeLine(page!, lines[i]!, lengths[i]!);
            this.#size += lengths[i]!;
        }
    }

    /** Appends whole lines as they are. */
    appendBytes(lines: Uint8Array): void {
        const last = this.#pages.at(-1);
        const fits = last !== undefined && lines.length <= last.bytes.length - last.used;
        const page = fits ? last : this.#turnTo(this.#makePage([lines.length], 0));
        page.bytes.set(lines, page.used);
        page.used += lines.length;
        this.#size += lines.length;
    }

    /** Puts a page of whole lines in as it is. It is shared, and never written to. */
    adopt(lines: Uint8Array): Buffer {
        const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
        this.#turnTo(bytes).used = bytes.length;
        this.#size += bytes.length;
        return bytes;
    }

    /** All lines, where they are. What has been written once never changes. */
    pieces(): Buffer[] {
        return this.#pages.filter(({ used }) => used > 0).map(({ bytes, used }) => bytes.subarray(0, used));
    }

    bytes(from: number, to: number): Buffer {
        const parts: Buffer[] = [];
        for (let index = this.#pageAt(from); from < to; index++) {
            const page = this.#pages[index]!;
            const end = Math.min(to - page.start, page.used);
            parts.push(page.bytes.subarray(from - page.start, end));
            from = page.start + end;
        }
        return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    }

    text(from: number, to: number): string {
        let text = '';
        for (let index = this.#pageAt(from); from < to; index++) {
            const page = this.#pages[index]!;
            const end = Math.min(to - page.start, page.used);
            text += page.bytes.toString('utf8', from - page.start, end);
            from = page.start + end;
        }
        return text;
    }

    #makePage(lengths: readonly number[], from: number): Buffer {
        let needed = 0;
        for (let i = from; i < lengths.length; i++) needed += lengths[i]!;
        const usual = Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, this.#size / 4));
        return Buffer.allocUnsafeSlow(Math.max(usual >>> 0, needed));
    }

    #turnTo(bytes: Buffer): Page {
        const page = { bytes, start: this.#size, used: 0 };
        this.#pages.push(page);
        return page;
    }

    #pageAt(position: number): number {
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

function countFitting(lengths: readonly number[], room: number): number {
    let count = 0;
    while (count < lengths.length && lengths[count]! <= room) room -= lengths[count++]!;
    return count;
}

function writeLine(page: Page, line: string, length: number): void {
    // As many bytes as characters means plain ASCII, which is copied and need not be encoded.
    page.bytes.write(line, page.used, length - 1 === line.length ? 'latin1' : 'utf8');
    page.bytes[page.used + length - 1] = 0x0a;
    page.used += length;
}
