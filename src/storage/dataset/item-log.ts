import type { LineStore } from '../line-store.js';
import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../../errors/engine-error.js';
import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import { SparseIndex } from '../file/sparse-index.js';

const LINE_BREAK = 0x0a;
/** Maximum number of bytes to read and decode before other work gets its turn. */
const MAX_READ_BYTES = 1024 * 1024;
/** Maximum number of bytes of a sample. The latest items are left out if the sample would be larger. */
const MAX_SAMPLED_BYTES = 256 * 1024;

/** Items from `start` up to but not including `end`. */
export interface ItemRange {
    start: number;
    end: number;
}

/**
 * An append-only list of JSON texts, stored as the lines of a text and found through a sparse index. Invalid Unicode becomes U+FFFD.
 */
export abstract class ItemLog {
    readonly #store: LineStore;
    readonly #marks: SparseIndex;
    #count: number;

    /** Takes ownership of a store. The subclass must index the lines from the last mark on. */
    constructor(store: LineStore, marks = new SparseIndex()) {
        this.#store = store;
        this.#marks = marks;
        this.#count = marks.lineAt(marks.length - 1) ?? 0;
    }

    /**
     * Grants another thread of this process direct writes. There is one grant at a time. Returns undefined if the log could not
     * keep its guarantees. Earlier direct writes must have been ingested.
     */
    abstract grantDirectWrites(byteCount: number): DirectWriteGrant | undefined;
    /** Ingests the direct writes so far and returns the number of items. Must be called before any other operation. */
    abstract ingest(): number;
    /** Ends the grant. Its writes must have been ingested. */
    abstract revokeDirectWrites(): void;

    /** True while direct writes are granted or items are being read. */
    get isBusy(): boolean {
        return false;
    }

    close(): void {
        this.revokeDirectWrites();
    }

    get count(): number {
        return this.#count;
    }

    /** Size of all items in bytes, without line breaks. */
    get bytes(): number {
        return this.#store.size - this.#count;
    }

    /** Appends items, all or none. */
    append(items: readonly string[]): void {
        if (items.length === 0) return;
        if (items.some((item) => item.includes('\n'))) {
            throw new EngineError('internal-error', 'A JSON text contains a line break, but must be one line.');
        }
        const lines = Buffer.from(`${items.join('\n')}\n`);
        this.#store.appendBytes(lines);
        this.indexLines(lines);
    }

    /** Returns the items from `start` up to but not including `end`, in the order of appending. */
    async read(start: number, end: number): Promise<string[]> {
        const from = Math.max(0, start);
        const to = Math.min(end, this.#count);
        if (from >= to) return [];
        const items: string[] = [];
        for (const [first, text] of this.#readTexts(from, to)) {
            if (items.length > 0) await setImmediate();
            const lines = text.split('\n');
            // The text ends in a line break, so the last element is empty and not a line.
            const stop = Math.min(lines.length - 1, to - first);
            for (let i = Math.max(0, from - first); i < stop; i++) items.push(lines[i]!);
        }
        return items;
    }

    /**
     * Limits a range to about a number of bytes that can be read together: its first items, or its last ones if reading backwards, at
     * least one. The result may exceed the limit by the distance between two marks.
     */
    limitRange({ start, end }: ItemRange, bytes: number, isBackwards: boolean): ItemRange {
        const marks = this.#marks;
        if (start >= end) return { start, end: start };
        if (isBackwards) {
            const last = marks.ceiling(end);
            let first = last - 1;
            while (first > 0 && this.#positionOf(last) - this.#positionOf(first - 1) <= bytes) first--;
            return { start: Math.max(start, marks.lineAt(first)!), end };
        }
        const first = marks.floor(start);
        let last = first + 1;
        while (last < marks.length && this.#positionOf(last + 1) - this.#positionOf(first) <= bytes) last++;
        return { start, end: Math.min(end, marks.lineAt(last) ?? end) };
    }

    /** Returns some of the first and of the latest items. */
    sample(): string[] {
        if (this.#count === 0) return [];
        const last = this.#marks.length - 1;
        const isShort = this.#positionOf(1) + this.#store.size - this.#positionOf(last) <= MAX_SAMPLED_BYTES;
        const sampledMarks = last > 0 && isShort ? [0, last] : [0];
        return sampledMarks.flatMap((mark) => {
            return this.#store
                .text(this.#positionOf(mark), this.#positionOf(mark + 1))
                .split('\n')
                .slice(0, -1);
        });
    }

    /**
     * Indexes whole lines that were added to the store, and returns their number.
     *
     * @param start - Position of the first line. Default: the lines are the end of the store.
     */
    protected indexLines(lines: Uint8Array, start: number = this.#store.size - lines.length): number {
        const countBefore = this.#count;
        for (let from = 0, end; from < lines.length; from = end + 1) {
            end = lines.indexOf(LINE_BREAK, from);
            this.#marks.addLine(this.#count++, start + from, end + 1 - from);
        }
        return this.#count - countBefore;
    }

    /** Yields texts that cover a range of lines, each with the number of its first line. */
    *#readTexts(from: number, to: number): Generator<[number, string]> {
        const marks = this.#marks;
        const last = marks.ceiling(to);
        // Lines that are appended during the iteration must not move the end.
        const end = this.#positionOf(last);
        const position = (mark: number): number => (mark === last ? end : this.#positionOf(mark));
        for (let mark = marks.floor(from), next; mark < last; mark = next) {
            next = mark + 1;
            while (next < last && position(next + 1) - position(mark) <= MAX_READ_BYTES) next++;
            yield [marks.lineAt(mark)!, this.#store.text(position(mark), position(next))];
        }
    }

    /** Returns the position of a mark; the end of the text after the last one. */
    #positionOf(mark: number): number {
        return this.#marks.positionAt(mark) ?? this.#store.size;
    }
}
