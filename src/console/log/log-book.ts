import { levelOf, LEVELS, type LogLevel, plainLine } from './log-line.js';

interface LogFilter {
    /** Lines below this level are left out; those without a level count as information. */
    readonly least: LogLevel;
    /** Only lines with this text, whatever its case; empty for all. */
    readonly text: string;
}

export const NO_FILTER: LogFilter = { least: 'debug', text: '' };

export interface LogEntry {
    readonly number: number;
    readonly line: string;
    /** Without its time and its colours; made with the line, since each search reads all of them. */
    readonly plain: string;
    readonly level: LogLevel;
}

/**
 * The lines of a log that grows, with what a view of them needs: those that a filter leaves, and the matches of a search. Only
 * new lines are worked on when the log grows.
 */
export class LogBook {
    #source: readonly string[] | undefined;
    #entries: LogEntry[] = [];
    #firstNumber = 0;
    #filter = NO_FILTER;
    #shown: LogEntry[] = [];
    #query = '';
    #found: number[] = [];

    /**
     * Adds what is new of a log that grows in place; another list of lines is another log.
     *
     * @param firstNumber - The number of the first line, from 0.
     */
    catchUp(firstNumber: number, lines: readonly string[]): void {
        if (lines !== this.#source || lines.length < this.lineCount) {
            this.#source = lines;
            this.#clear(firstNumber);
        }
        if (lines.length > this.lineCount) this.add(this.nextNumber, lines.slice(this.lineCount));
    }

    /** Adds lines at the end. @param from - The number of the first: if lines before it are missing, the others go. */
    add(from: number, lines: readonly string[]): void {
        if (from !== this.nextNumber) this.#clear(from);
        for (const line of lines) {
            const plain = plainLine(line);
            const level = levelOf(plain, this.#entries.at(-1)?.level ?? 'other');
            const entry = { number: this.nextNumber + 1, line, plain, level };
            this.#entries.push(entry);
            this.#show(entry);
        }
    }

    /** The number of the line that comes next, from 0. */
    get nextNumber(): number {
        return this.#firstNumber + this.lineCount;
    }

    get lineCount(): number {
        return this.#entries.length;
    }

    get shownCount(): number {
        return this.#shown.length;
    }

    /** The matches of the search, by their places among the lines that are shown. */
    get found(): readonly number[] {
        return this.#found;
    }

    shown(place: number): LogEntry {
        return this.#shown[place]!;
    }

    /** Returns the lines that are shown, as text, with their times and without colours. */
    shownText(): string {
        return this.#shown.map(({ line, plain }) => `${stampOf(line)}${plain}\n`).join('');
    }

    filter(filter: LogFilter): void {
        this.#filter = { ...filter, text: filter.text.toLowerCase() };
        this.#showAll();
    }

    /** Searches for a text, whatever its case; empty for none. */
    search(query: string): void {
        this.#query = query.toLowerCase();
        this.#found = this.#shown.flatMap((entry, place) => (this.#isFound(entry) ? [place] : []));
    }

    #clear(nextNumber: number): void {
        this.#firstNumber = nextNumber;
        this.#entries = [];
        this.#showAll();
    }

    #showAll(): void {
        this.#shown = [];
        this.#found = [];
        for (const entry of this.#entries) this.#show(entry);
    }

    #show(entry: LogEntry): void {
        const { least, text } = this.#filter;
        const level = entry.level === 'other' ? 'info' : entry.level;
        if (LEVELS.indexOf(level) > LEVELS.indexOf(least) || !has(entry, text)) return;
        if (this.#isFound(entry)) this.#found.push(this.#shown.length);
        this.#shown.push(entry);
    }

    #isFound(entry: LogEntry): boolean {
        return this.#query !== '' && has(entry, this.#query);
    }
}

function has({ plain }: LogEntry, text: string): boolean {
    return text === '' || plain.toLowerCase().includes(text);
}

function stampOf(line: string): string {
    return line[24] === ' ' && line[23] === 'Z' ? line.slice(0, 25) : '';
}
