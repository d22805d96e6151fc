import { levelOf, LEVELS, type LogLevel, plainText, readLogLine } from './log-line.js';

export interface LogFilter {
    /** Lines below this level are left out; those without a level count as info. */
    readonly minLevel: LogLevel;
    /** The text to search for, ignoring case; empty for none. */
    readonly query: string;
    /** True for matching lines only. */
    readonly isFiltering: boolean;
}

export interface LogEntry {
    readonly number: number;
    readonly time: string;
    /** Text with colours. */
    readonly text: string;
    /** Text without colours; computed in advance, since each search reads all lines. */
    readonly plain: string;
    readonly level: LogLevel;
}

/**
 * The lines of a growing log, with the lines that pass a filter and the matches of a search. When the log grows, only new lines are
 * processed.
 */
export class LogBuffer {
    #entries: LogEntry[] = [];
    #firstNumber = 0;
    #filter: LogFilter = { minLevel: 'debug', query: '', isFiltering: false };
    #shown: LogEntry[] = [];
    #found: number[] = [];

    /** Appends lines. @param from - The number of the first one. If lines are missing before it, the buffer restarts there. */
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

    /** The number of the next line, from 0. */
    get nextNumber(): number {
        return this.#firstNumber + this.lineCount;
    }

    get lineCount(): number {
        return this.#entries.length;
    }

    get shown(): readonly LogEntry[] {
        return this.#shown;
    }

    /** The search matches, as indexes into the shown lines. */
    get found(): readonly number[] {
        return this.#found;
    }

    /** Returns the shown lines as text, with times and without colours. */
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
        const { minLevel, query, isFiltering } = this.#filter;
        const level = entry.level === 'other' ? 'info' : entry.level;
        const isFound = query !== '' && entry.plain.toLowerCase().includes(query);
        if (LEVELS.indexOf(level) > LEVELS.indexOf(minLevel) || (isFiltering && query !== '' && !isFound)) return;
        if (isFound) this.#found.push(this.#shown.length);
        this.#shown.push(entry);
    }
}
