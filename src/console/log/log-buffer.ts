import { levelOf, LEVELS, type LogLevel, plainText, readLogLine } from './log-line.js';

export interface LogFilter {
    /** Lines below this level are left out; those without a level count as information. */
    readonly least: LogLevel;
    /** The text to search for, ignoring case; empty for none. */
    readonly query: string;
    /** True for matching lines only. */
    readonly isFiltering: boolean;
}

export interface LogEntry {
    readonly number: number;
    readonly time: string;
    /** With its colours. */
    readonly text: string;
    /** Without its colours; made with the line, since each search reads all of them. */
    readonly plain: string;
    readonly level: LogLevel;
}

/**
 * The lines of a log that grows, with those that a filter leaves, and the matches of a search. Only new lines are worked on when
 * the log grows.
 */
export class LogBuffer {
    #entries: LogEntry[] = [];
    #firstNumber = 0;
    #filter: LogFilter = { least: 'debug', query: '', isFiltering: false };
    #shown: LogEntry[] = [];
    #found: number[] = [];

    /** Adds lines at the end. @param from - The number of the first: if lines before it are missing, the others go. */
    add(from: number, lines: readonly string[]): void {
        if (from !== this.nextNumber) {
            this.#firstNumber = from;
            this.#entries = [];
            this.#showAll();
        }
        for (const line of lines) {
            const { time, text } = readLogLine(line);
            const plain = plainText(text);
            const level = levelOf(plain, this.#entries.at(-1)?.level ?? 'other');
            const entry = { number: this.nextNumber + 1, time, text, plain, level };
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

    get shown(): readonly LogEntry[] {
        return this.#shown;
    }

    /** The matches of the search, by their places among the lines that are shown. */
    get found(): readonly number[] {
        return this.#found;
    }

    /** Returns the lines that are shown, as text, with their times and without colours. */
    shownText(): string {
        return this.#shown.map(({ time, plain }) => `${time}${time && ' '}${plain}\n`).join('');
    }

    filter({ query, ...filter }: LogFilter): void {
        this.#filter = { ...filter, query: query.toLowerCase() };
        this.#showAll();
    }

    #showAll(): void {
        this.#shown = [];
        this.#found = [];
        for (const entry of this.#entries) this.#show(entry);
    }

    #show(entry: LogEntry): void {
        const { least, query, isFiltering } = this.#filter;
        const level = entry.level === 'other' ? 'info' : entry.level;
        const isFound = query !== '' && entry.plain.toLowerCase().includes(query);
        if (LEVELS.indexOf(level) > LEVELS.indexOf(least) || (isFiltering && query !== '' && !isFound)) return;
        if (isFound) this.#found.push(this.#shown.length);
        this.#shown.push(entry);
    }
}
