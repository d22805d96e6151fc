import type { LineStore } from '../line-store.js';
import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../../errors/engine-error.js';
import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import { SparseIndex } from '../file/sparse-index.js';

const LINE_BREAK = 0x0a;
/** So much is read and decoded before others get their turn. */
const BYTES_AT_ONCE = 1024 * 1024;
/** The latest items are left out of a sample where the first ones have more bytes. */
const MAX_SAMPLED_BYTES = 256 * 1024;

/** Items from `start` up to but not including `end`. */
export interface ItemRange {
    start: number;
    end: number;
}

/**
 * An append-only list of JSON texts, each without a line break in it: the lines of a text, found again through marks. What is no
 * Unicode in them becomes U+FFFD.
 */
export abstract class ItemLog {
    readonly #store: LineStore;
    readonly #marks: SparseIndex;
    #count: number;

    /** Takes over a store. Its lines from the last mark on are to be noted. */
    constructor(store: LineStore, marks = new SparseIndex()) {
        this.#store = store;
        this.#marks = marks;
        this.#count = marks.lineAt(marks.length - 1) ?? 0;
    }

    /**
     * Lends another thread of this process a place to append items by itself; there is one lease at a time. Undefined
     * where that cannot keep the promises of this log. Whatever has been appended before must have been absorbed.
     */
    abstract grantDirectWrites(byteCount: number): DirectWriteGrant | undefined;
    /** Takes in what has been appended under the lease; returns how many items. To be called before anything else is done. */
    abstract ingest(): number;
    /** Ends the lease; what has been appended under it must have been absorbed. */
    abstract revokeDirectWrites(): void;

    /** True while it is lent, or being read. */
    get isBusy(): boolean {
        return false;
    }

    close(): void {
        this.revokeDirectWrites();
    }

    get count(): number {
        return this.#count;
    }

    /** Bytes of all items, without what separates them. */
    get bytes(): number {
        return this.#store.size - this.#count;
    }

    /** Appends items, all or none. */
    append(items: readonly string[]): void {
        if (items.length === 0) return;
        if (items.some((item) => item.includes('\n'))) {
            throw new EngineError('internal-error', 'A JSON text has a line break in it, but must be one line.');
        }
        const lines = Buffer.from(`${items.join('\n')}\n`);
        this.#store.appendBytes(lines);
        this.indexLines(lines);
    }

    /** The items from `start` up to but not including `end`, in order of appending. */
    async read(start: number, end: number): Promise<string[]> {
        const from = Math.max(0, start);
        const to = Math.min(end, this.#count);
        if (from >= to) return [];
        const items: string[] = [];
        for (const [first, text] of this.#readTexts(from, to)) {
            if (items.length > 0) await setImmediate();
            const lines = text.split('\n');
            // The text ends in a line break, so that the last part is empty and no line.
            const stop = Math.min(lines.length - 1, to - first);
            for (let i = Math.max(0, from - first); i < stop; i++) items.push(lines[i]!);
        }
        return items;
    }

    /**
     * Which of the items from `start` up to `end` can be read together for about so many bytes: the first ones, or the last
     * ones where it goes backwards, and one at least. It may be a stretch between two marks too long.
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

    /** Some of the items: of the first and of the latest ones. */
    sample(): string[] {
        if (this.#count === 0) return [];
        const last = this.#marks.length - 1;
        const isShort = this.#positionOf(1) + this.#store.size - this.#positionOf(last) <= MAX_SAMPLED_BYTES;
        const stretches = last > 0 && isShort ? [0, last] : [0];
        return stretches.flatMap((mark) => {
            return this.#store
                .text(this.#positionOf(mark), this.#positionOf(mark + 1))
                .split('\n')
                .slice(0, -1);
        });
    }

    /**
     * Notes whole lines that have come to the store; returns how many they are.
     *
     * @param start - Where they begin. Default: they are its end.
     */
    protected indexLines(lines: Uint8Array, start: number = this.#store.size - lines.length): number {
        const countBefore = this.#count;
        for (let from = 0, end; from < lines.length; from = end + 1) {
            end = lines.indexOf(LINE_BREAK, from);
            this.#marks.addLine(this.#count++, start + from, end + 1 - from);
        }
        return this.#count - countBefore;
    }

    /** Texts that cover the wanted lines, each with the number of its first line. */
    *#readTexts(from: number, to: number): Generator<[number, string]> {
        const marks = this.#marks;
        const last = marks.ceiling(to);
        // Whatever is appended while we are at it must not move the end.
        const end = this.#positionOf(last);
        const position = (mark: number): number => (mark === last ? end : this.#positionOf(mark));
        for (let mark = marks.floor(from), next; mark < last; mark = next) {
            next = mark + 1;
            while (next < last && position(next + 1) - position(mark) <= BYTES_AT_ONCE) next++;
            yield [marks.lineAt(mark)!, this.#store.text(position(mark), position(next))];
        }
    }

    /** Where a mark is; the end of the text after the last one. */
    #positionOf(mark: number): number {
        return this.#marks.positionAt(mark) ?? this.#store.size;
    }
}
