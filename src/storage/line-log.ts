import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../errors/engine-error.js';
import type { Absorbed, ItemRange } from './backend.js';
import { SparseIndex } from './sparse-index.js';

/** A text of whole lines that only grows. */
export interface LineStore {
    /** Bytes, line breaks included. */
    readonly size: number;
    /** Appends lines, all or none. `lengths` are their bytes, each with its line break. */
    append(lines: readonly string[], lengths: readonly number[]): void;
    /** The text between two positions at which lines begin. */
    text(from: number, to: number): string;
}

const LINE_BREAK = 0x0a;
/** As many of the lines that come in at once are handed on to be looked at. */
const SAMPLED_LINES = 16;
/** But of large ones only the first. */
const SAMPLED_BYTES = 64 * 1024;

/** What is absorbed where there is no lease. */
export const NOTHING_ABSORBED: Absorbed = { count: 0, sample: [] };

/** So much is read and decoded before others get their turn. */
const BYTES_AT_ONCE = 1024 * 1024;

/** Items as the lines of a text, found again through marks. */
export class LineLog {
    readonly #store: LineStore;
    readonly #marks: SparseIndex;
    #count: number;

    /** Takes over a store that already has `count` lines, with the marks of those. */
    constructor(store: LineStore, marks = new SparseIndex(), count = 0) {
        this.#store = store;
        this.#marks = marks;
        this.#count = count;
    }

    get count(): number {
        return this.#count;
    }

    get bytes(): number {
        return this.#store.size - this.#count;
    }

    append(items: readonly string[]): void {
        if (items.length === 0) return;
        const lengths = items.map(lineLength);
        let position = this.#store.size;
        this.#store.append(items, lengths);
        for (const length of lengths) {
            this.#marks.note(this.#count++, position, length);
            position += length;
        }
    }

    async read(start: number, end: number): Promise<string[]> {
        const from = Math.max(0, start);
        const to = Math.min(end, this.#count);
        if (from >= to) return [];
        const items: string[] = [];
        for (const [first, text] of this.#stretches(from, to)) {
            if (items.length > 0) await setImmediate();
            const lines = text.split('\n');
            // The text ends in a line break, so that the last part is empty and no line.
            const stop = Math.min(lines.length - 1, to - first);
            for (let i = Math.max(0, from - first); i < stop; i++) items.push(lines[i]!);
        }
        return items;
    }

    /** As {@link ItemLog.portion}. It goes by the marks, and so may be a stretch between two of them too long. */
    portion({ start, end }: ItemRange, bytes: number, isBackwards: boolean): ItemRange {
        const marks = this.#marks;
        const position = (mark: number): number => (mark < marks.length ? marks.positionAt(mark) : this.#store.size);
        if (start >= end) return { start, end: start };
        if (isBackwards) {
            const last = marks.ceiling(end);
            let first = last - 1;
            while (first > 0 && position(last) - position(first - 1) <= bytes) first--;
            return { start: Math.max(start, marks.lineAt(first)), end };
        }
        const first = marks.floor(start);
        let last = first + 1;
        while (last < marks.length && position(last + 1) - position(first) <= bytes) last++;
        return { start, end: last < marks.length ? Math.min(end, marks.lineAt(last)) : end };
    }

    /** Notes whole lines that have come to the end of the store in another way than {@link LineLog.append}. */
    note(lines: Buffer): Absorbed {
        const start = this.#store.size - lines.length;
        const sample: string[] = [];
        const countBefore = this.#count;
        for (let from = 0, end; from < lines.length; from = end + 1) {
            end = lines.indexOf(LINE_BREAK, from);
            if (sample.length < SAMPLED_LINES && (from < SAMPLED_BYTES || sample.length === 0))
                sample.push(lines.toString('utf8', from, end));
            this.#marks.note(this.#count++, start + from, end + 1 - from);
        }
        return { count: this.#count - countBefore, sample };
    }

    /** Texts that cover the wanted lines, each with the number of its first line. */
    *#stretches(from: number, to: number): Generator<[number, string]> {
        const marks = this.#marks;
        const last = marks.ceiling(to);
        // Whatever is appended while we are at it must not move the end.
        const end = last < marks.length ? marks.positionAt(last) : this.#store.size;
        const position = (mark: number): number => (mark === last ? end : marks.positionAt(mark));
        for (let mark = marks.floor(from), next; mark < last; mark = next) {
            next = mark + 1;
            while (next < last && position(next + 1) - position(mark) <= BYTES_AT_ONCE) next++;
            yield [marks.lineAt(mark), this.#store.text(position(mark), position(next))];
        }
    }
}

/** Bytes of a line with its break. */
function lineLength(line: string): number {
    if (line.includes('\n')) {
        throw new EngineError('internal-error', 'A JSON text has a line break in it, but must be one line.');
    }
    return Buffer.byteLength(line) + 1;
}
