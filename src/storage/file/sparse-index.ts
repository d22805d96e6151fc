import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { PRIVATE_FILE } from './atomic-file.js';
import type { FileSystemContext } from './file-system-context.js';
import { ifExists, wrapFsError, withDescriptors } from './fs-error.js';
import type { JsonlFile } from './jsonl-file.js';

/** Distance after which a mark is added, in lines or bytes, whichever comes first. */
const LINES_BETWEEN_MARKS = 64;
const BYTES_BETWEEN_MARKS = 64 * 1024;
/** Number of marks that are written together. */
const MARK_BATCH_SIZE = 256;
const BYTES_OF_MARK = 16;
const SAMPLES = 8;
const LINE_BREAK = 0x0a;

/**
 * Marks with the positions of some lines of a long text.
 *
 * An index of every line would often be larger than the lines. Every 64th is enough: from the nearest mark on, line breaks are found
 * at the speed of memory. A long line has its own mark, and so has the line after it, so that reading its small neighbors does not
 * read the long line.
 */
export class SparseIndex {
    readonly #lines: number[] = [];
    readonly #positions: number[] = [];
    #largeLineBefore = false;

    get length(): number {
        return this.#lines.length;
    }

    /**
     * Adds a mark for a line if one is due. Must be called for every line in order, or for every line from the last mark on.
     *
     * @param bytes - Length of the line with its line break.
     */
    addLine(line: number, position: number, bytes: number): void {
        const isLarge = bytes >= BYTES_BETWEEN_MARKS;
        if (this.#isDue(line, position, isLarge)) this.addMark(line, position);
        this.#largeLineBefore = isLarge;
    }

    /** Adds a mark from a saved index. */
    addMark(line: number, position: number): void {
        this.#lines.push(line);
        this.#positions.push(position);
    }

    lineAt(mark: number): number | undefined {
        return this.#lines[mark];
    }

    positionAt(mark: number): number | undefined {
        return this.#positions[mark];
    }

    /** Returns the last mark at or before a line. The index must have one. */
    floor(line: number): number {
        let low = 0;
        let high = this.#lines.length;
        while (high - low > 1) {
            const middle = (low + high) >>> 1;
            if (this.#lines[middle]! <= line) low = middle;
            else high = middle;
        }
        return low;
    }

    /** Returns the first mark at or after a line; {@link SparseIndex.length} if there is none. */
    ceiling(line: number): number {
        if (this.#lines.length === 0) return 0;
        const mark = this.floor(line);
        return this.#lines[mark]! >= line ? mark : mark + 1;
    }

    #isDue(line: number, position: number, isLarge: boolean): boolean {
        const last = this.#lines.length - 1;
        if (last < 0) return true;
        const lines = line - this.#lines[last]!;
        if (lines === 0) return false;
        const bytes = position - this.#positions[last]!;
        return isLarge || this.#largeLineBefore || lines >= LINES_BETWEEN_MARKS || bytes >= BYTES_BETWEEN_MARKS;
    }
}

/** A line number and its position. */
type Mark = readonly [line: number, position: number];

/**
 * The index of an item file, saved in a second file so that opening ten million items does not read them all.
 *
 * The index can be derived from the items. It may therefore lag behind, and is created again if it does not match the items, for
 * instance after a user has edited them. A mark is two 64-bit floats, little-endian.
 */
export class SparseIndexFile extends SparseIndex {
    readonly #path: string;
    readonly #disk: FileSystemContext;
    #saved: number;

    /** Reads the saved marks if they match the item file. */
    constructor(path: string, disk: FileSystemContext, file: JsonlFile) {
        super();
        this.#path = path;
        this.#disk = disk;
        const marks = readMarks(path);
        if (marks !== undefined && matchesFile(marks, file)) {
            for (const [line, position] of marks) this.addMark(line, position);
        } else {
            if (exceedsFile(marks, file)) this.#warnAboutLoss(file);
            wrapFsError('remove', path, () => rmSync(path, { force: true }));
        }
        this.#saved = this.length;
    }

    /** Writes pending marks if there are enough of them, or if `now` is true. */
    save(now = false): void {
        const count = this.length - this.#saved;
        if (count <= 0 || (count < MARK_BATCH_SIZE && !now)) return;
        const marks = new Float64Array(count * 2);
        for (let i = 0; i < count; i++) {
            marks[2 * i] = this.lineAt(this.#saved + i)!;
            marks[2 * i + 1] = this.positionAt(this.#saved + i)!;
        }
        this.#saved += count;
        try {
            withDescriptors(() => appendFileSync(this.#path, new Uint8Array(marks.buffer), { mode: PRIVATE_FILE }));
        } catch (error) {
            // The items are safe without the index. No more marks are written, since an index with a gap would be wrong.
            this.#saved = Number.POSITIVE_INFINITY;
            this.#disk.warn(
                `\`${this.#path}\` could not be written, so the next start will take longer: ${String(error)}`,
            );
        }
    }

    #warnAboutLoss({ path, size }: JsonlFile): void {
        this.#disk.warn(
            `\`${path}\` is shorter than the engine left it: another program has changed it, or the machine lost power. ` +
                `The remaining ${size} bytes are used.`,
        );
    }
}

/** Returns the marks in a file; undefined if the last one is incomplete. */
function readMarks(path: string): Mark[] | undefined {
    const bytes = ifExists('read', path, () => readFileSync(path)) ?? Buffer.alloc(0);
    if (bytes.length % BYTES_OF_MARK !== 0) return undefined;
    const count = bytes.length / BYTES_OF_MARK;
    const at = (index: number): number => bytes.readDoubleLE(index * 8);
    return Array.from({ length: count }, (_, mark) => [at(2 * mark), at(2 * mark + 1)]);
}

/** Returns true if marks can belong to a file: they ascend, and a sample of them is at the start of a line. */
function matchesFile(marks: readonly Mark[], file: JsonlFile): boolean {
    if (!areAscending(marks, file.size)) return false;
    for (let sample = 1; sample <= SAMPLES; sample++) {
        const [, position = 0] = marks[Math.floor(((marks.length - 1) * sample) / SAMPLES)] ?? [];
        if (position > 0 && file.bytes(position - 1, position)[0] !== LINE_BREAK) return false;
    }
    return true;
}

function areAscending(marks: readonly Mark[], size: number): boolean {
    let previous: Mark = [-1, -1];
    for (const [line, position] of marks) {
        const startsAtZero = previous[0] >= 0 || (line === 0 && position === 0);
        if (!startsAtZero || !(line > previous[0]) || !(position > previous[1]) || position >= size) return false;
        previous = [line, position];
    }
    return true;
}

/** Returns true if the last mark is beyond the end of the file, so the file was longer before. */
function exceedsFile(marks: readonly Mark[] | undefined, file: JsonlFile): boolean {
    const [, last] = marks?.at(-1) ?? [];
    return last !== undefined && Number.isSafeInteger(last) && last >= file.size;
}
