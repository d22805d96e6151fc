import { LEVELS, levelOf, plainLine, type LogLevel, textWidth } from './log-line.js';
import { RowIndex } from './row-index.js';

/** Which lines are shown. */
export interface LogFilter {
    /** Lines less grave than this are left out; those that say nothing count as information. */
    readonly least: LogLevel;
    /** Only lines that have this in them, whatever its case; empty for all. */
    readonly text: string;
}

/** All lines. */
export const NO_FILTER: LogFilter = { least: 'debug', text: '' };

/**
 * The lines of a log that grows, with what a view of them needs: those that a filter leaves, how many rows each takes when
 * long ones are wrapped, and the places where a text is found. All of it is brought up to date for new lines alone.
 */
export class LogBook {
    #source: readonly string[] | undefined;
    readonly #lines: string[] = [];
    /** Without times and colours; made with the line, since each search reads all of them. */
    readonly #plain: string[] = [];
    readonly #levels: LogLevel[] = [];
    #filter = NO_FILTER;
    #columns = Infinity;
    /** Numbers of the lines that are shown, in order. */
    #shown: number[] = [];
    #rows = new RowIndex();
    #query = '';
    /** Places among what is shown. */
    #found: number[] = [];
    #firstNumber = 0;

    /**
     * Takes in what is new of a log that grows in place; another list of lines is another log.
     *
     * @param firstNumber - The number of the first line, from 0.
     */
    catchUp(firstNumber: number, lines: readonly string[]): void {
        if (lines !== this.#source || lines.length < this.#lines.length) {
            this.#source = lines;
            this.clear(firstNumber);
        }
        if (lines.length > this.#lines.length) this.add(this.nextNumber, lines.slice(this.#lines.length));
    }

    /** Adds lines at the end. `from` is the number of the first: if lines before it are missing, the book begins anew. */
    add(from: number, lines: readonly string[]): void {
        if (from !== this.nextNumber) this.clear(from);
        for (const line of lines) {
            const plain = plainLine(line);
            this.#lines.push(line);
            this.#plain.push(plain);
            this.#levels.push(levelOf(plain, this.#levels.at(-1) ?? 'other'));
            this.#show(this.#lines.length - 1);
        }
    }

    /** Forgets all lines; the next one is expected to have that number. */
    clear(nextNumber = 0): void {
        this.#firstNumber = nextNumber;
        this.#lines.length = 0;
        this.#plain.length = 0;
        this.#levels.length = 0;
        this.#rebuild();
    }

    /** The number of the line that comes next. */
    get nextNumber(): number {
        return this.#firstNumber + this.#lines.length;
    }

    /** Lines, shown or not. */
    get lineCount(): number {
        return this.#lines.length;
    }

    /** Lines that are shown. */
    get shownCount(): number {
        return this.#shown.length;
    }

    /** Rows that the lines take that are shown. */
    get rows(): RowIndex {
        return this.#rows;
    }

    /** Places, among what is shown, of the lines in which the text is that is searched for. */
    get found(): readonly number[] {
        return this.#found;
    }

    /** A line that is shown, by its place. */
    shown(place: number): { number: number; line: string; plain: string; level: LogLevel } {
        const index = this.#shown[place]!;
        return {
            number: this.#firstNumber + index + 1,
            line: this.#lines[index]!,
            plain: this.#plain[index]!,
            level: this.#levels[index]!,
        };
    }

    /** The lines that are shown, as text, with their times and without colours. */
    shownText(): string {
        return this.#shown
            .map((index) => `${this.#lines[index]!.slice(0, this.#stampLength(index))}${this.#plain[index]}\n`)
            .join('');
    }

    /** Which lines are shown from now on. */
    filter(filter: LogFilter): void {
        this.#filter = { ...filter, text: filter.text.toLowerCase() };
        this.#rebuild();
    }

    /** How many letters fit into a row; infinity for lines that are not wrapped. */
    wrap(columns: number): void {
        if (columns === this.#columns) return;
        this.#columns = columns;
        this.#rows = new RowIndex();
        for (const index of this.#shown) this.#rows.add(this.#rowsOf(index));
    }

    /** Searches for a text, whatever its case; empty for none. */
    search(query: string): void {
        this.#query = query.toLowerCase();
        this.#found = [];
        if (this.#query === '') return;
        for (const [place, index] of this.#shown.entries()) if (this.#has(index, this.#query)) this.#found.push(place);
    }

    #stampLength(index: number): number {
        const line = this.#lines[index]!;
        return line.length > 25 && line[24] === ' ' && line[23] === 'Z' ? 25 : 0;
    }

    #rebuild(): void {
        this.#shown = [];
        this.#found = [];
        this.#rows = new RowIndex();
        for (let index = 0; index < this.#lines.length; index += 1) this.#show(index);
    }

    #show(index: number): void {
        const { least, text } = this.#filter;
        const level = this.#levels[index] === 'other' ? 'info' : this.#levels[index]!;
        if (LEVELS.indexOf(level) > LEVELS.indexOf(least)) return;
        if (text !== '' && !this.#has(index, text)) return;
        if (this.#query !== '' && this.#has(index, this.#query)) this.#found.push(this.#shown.length);
        this.#shown.push(index);
        this.#rows.add(this.#rowsOf(index));
    }

    #has(index: number, text: string): boolean {
        return this.#plain[index]!.toLowerCase().includes(text);
    }

    #rowsOf(index: number): number {
        if (this.#columns === Infinity) return 1;
        return Math.max(1, Math.ceil(textWidth(this.#plain[index]!) / this.#columns));
    }
}
