/** A mark is due after so many lines, or so many bytes, whichever comes first. */
const LINES_BETWEEN_MARKS = 64;
const BYTES_BETWEEN_MARKS = 64 * 1024;

/**
 * Where some of the lines of a long text begin.
 *
 * Noting every line would cost more than many lines themselves do. Every 64th is enough: from the nearest mark on, a
 * line break is found at the speed of memory. A long line has a mark of its own, and so has the line after it, so that
 * nobody who wants its small neighbours has to read it.
 */
export class LineMarks {
    readonly #lines: number[] = [];
    readonly #positions: number[] = [];
    #largeLineBefore = false;

    get length(): number {
        return this.#lines.length;
    }

    /**
     * Notes a line if a mark is due. To be told of every line, in order, or of every line from the last mark on; `bytes`
     * is its length with its break.
     */
    note(line: number, position: number, bytes: number): void {
        const isLarge = bytes >= BYTES_BETWEEN_MARKS;
        if (this.#isDue(line, position, isLarge)) this.add(line, position);
        this.#largeLineBefore = isLarge;
    }

    /** Adds a mark that was made before. */
    add(line: number, position: number): void {
        this.#lines.push(line);
        this.#positions.push(position);
    }

    lineAt(mark: number): number {
        return this.#lines[mark]!;
    }

    positionAt(mark: number): number {
        return this.#positions[mark]!;
    }

    /** The last mark at or before a line. There must be one. */
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

    /** The first mark at or after a line, or {@link LineMarks.length} if there is none. */
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
