import { setImmediate } from 'node:timers/promises';
import type { Journal, JournalPlace, JournalStretch } from './backend.js';
import { lineLength, type LineStore } from './line-log.js';

/** What keeps one segment of a journal. */
export interface SegmentStore extends LineStore {
    bytes(from: number, to: number): Buffer;
}

/** Keeps the segments of a journal, of which the last one is appended to. */
export interface SegmentShelf<Store extends SegmentStore> {
    /** Opens the segments that there are, oldest first. Called once. */
    open(): Store[];
    /** Makes one that comes after all others. */
    add(): Store;
    drop(store: Store): void;
    close(stores: readonly Store[]): void;
}

interface Segment<Store> {
    readonly store: Store;
    /** Where its first byte lies in the journal as a whole. */
    readonly start: number;
    /** Undefined until somebody has counted them. */
    lines: number | undefined;
}

/** A segment of that size is followed by another one. */
const SEGMENT_BYTES = 8 * 1024 * 1024;
const READ_AT_ONCE = 1024 * 1024;
/** What stands within so many bytes is read at once. */
const READ_TOGETHER = 64 * 1024;
const LINE_BREAK = 0x0a;

/**
 * A journal in segments, so that its beginning can be given up without writing the rest anew. Positions run on from one
 * segment to the next, and stay what they are as long as the journal is open.
 */
export class SegmentedJournal<Store extends SegmentStore> implements Journal {
    readonly #shelf: SegmentShelf<Store>;
    #opened: Segment<Store>[] | undefined;
    /** How much of the oldest segment has been taken. */
    #taken = 0;

    constructor(shelf: SegmentShelf<Store>) {
        this.#shelf = shelf;
    }

    get length(): number {
        let length = 0;
        for (const segment of this.#segments) length += segment.lines ??= countLines(segment.store);
        return length;
    }

    get end(): number {
        const last = this.#segments.at(-1);
        return last === undefined ? 0 : last.start + last.store.size;
    }

    async *load(): AsyncGenerator<JournalStretch> {
        for (const stretch of this.stretches()) {
            yield stretch;
            await setImmediate();
        }
    }

    /** As {@link SegmentedJournal.load}, at once. */
    *stretches(): Generator<JournalStretch> {
        for (const segment of [...this.#segments]) {
            let lines = 0;
            for (const { bytes, position } of stretches(segment.store)) {
                lines += countBreaks(bytes);
                yield { bytes, position: segment.start + position };
            }
            segment.lines ??= lines;
        }
    }

    append(entries: readonly string[]): number {
        const lengths = entries.map(lineLength);
        let last = this.#segments.at(-1);
        if (last === undefined || last.store.size >= SEGMENT_BYTES) last = this.#begin();
        last.lines ??= countLines(last.store);
        const position = last.start + last.store.size;
        last.store.append(entries, lengths);
        last.lines += entries.length;
        return position;
    }

    texts(places: readonly Readonly<JournalPlace>[]): string[] {
        const texts: string[] = [];
        while (texts.length < places.length) {
            const first = places[texts.length]!;
            const { store, start } = this.#segmentAt(first.position);
            const atMost = Math.min(start + store.size, first.position + READ_TOGETHER);
            const { count, end } = sideBySide(places, texts.length, atMost);
            const bytes = store.bytes(first.position - start, end - start);
            for (const { position, length } of places.slice(texts.length, texts.length + count)) {
                const from = position - first.position;
                texts.push(bytes.toString('utf8', from, from + length));
            }
        }
        return texts;
    }

    oldest(bytes: number): JournalStretch | undefined {
        const [oldest] = this.#segments;
        if (oldest === undefined) return undefined;
        // What is appended while the oldest one is gone through must not be part of it.
        if (this.#segments.length === 1) this.#begin();
        const whole = wholeLines(oldest.store, this.#taken, bytes);
        return { bytes: whole, position: oldest.start + this.#taken };
    }

    giveUp({ bytes }: JournalStretch): void {
        const oldest = this.#segments[0]!;
        this.#taken += bytes.length;
        if (this.#taken < oldest.store.size) return;
        this.#shelf.drop(oldest.store);
        this.#segments.shift();
        this.#taken = 0;
    }

    close(): void {
        this.#shelf.close(this.#opened?.map(({ store }) => store) ?? []);
    }

    /** The stores, oldest first. */
    stores(): Store[] {
        return this.#segments.map(({ store }) => store);
    }

    get #segments(): Segment<Store>[] {
        if (this.#opened !== undefined) return this.#opened;
        let start = 0;
        this.#opened = this.#shelf.open().map((store) => {
            const segment = { store, start, lines: undefined };
            start += store.size;
            return segment;
        });
        return this.#opened;
    }

    #begin(): Segment<Store> {
        const segment = { store: this.#shelf.add(), start: this.end, lines: 0 };
        this.#segments.push(segment);
        return segment;
    }

    #segmentAt(position: number): Segment<Store> {
        const segments = this.#segments;
        let index = segments.length - 1;
        while (index > 0 && segments[index]!.start > position) index--;
        return segments[index]!;
    }
}

/** How many places from one on follow each other up to a limit, and where they end; one at least. */
function sideBySide(
    places: readonly Readonly<JournalPlace>[],
    from: number,
    atMost: number,
): { count: number; end: number } {
    const first = places[from]!;
    let end = first.position + first.length;
    let next = from + 1;
    for (; next < places.length; next++) {
        const { position, length } = places[next]!;
        if (position < end || position + length > atMost) break;
        end = position + length;
    }
    return { count: next - from, end };
}

/** All lines of a store in order, about so many bytes of whole lines at a time. */
function* stretches(store: SegmentStore): Generator<JournalStretch> {
    const { size } = store;
    for (let position = 0; position < size;) {
        const bytes = wholeLines(store, position, READ_AT_ONCE);
        yield { bytes, position };
        position += bytes.length;
    }
}

/** Whole lines from a position on: as many as fit into so many bytes, and one at least. */
function wholeLines(store: SegmentStore, from: number, atMost: number): Buffer {
    for (let length = atMost; ; length *= 2) {
        const bytes = store.bytes(from, Math.min(store.size, from + length));
        const end = bytes.lastIndexOf(LINE_BREAK) + 1;
        if (end > 0 || from + length >= store.size) return bytes.subarray(0, end);
    }
}

function countLines(store: SegmentStore): number {
    let lines = 0;
    for (const { bytes } of stretches(store)) lines += countBreaks(bytes);
    return lines;
}

function countBreaks(bytes: Buffer): number {
    let lines = 0;
    for (let at = bytes.indexOf(LINE_BREAK); at >= 0; at = bytes.indexOf(LINE_BREAK, at + 1)) lines++;
    return lines;
}
