import { plainText } from './ansi.js';

/** How grave a line is; `other` for one that does not say. */
export type LogLevel = 'error' | 'warning' | 'info' | 'debug' | 'other';

/** The levels as numbers, so that 100,000 of them take 100,000 bytes; the graver the smaller. */
export const LEVELS: readonly LogLevel[] = ['error', 'warning', 'info', 'other', 'debug'];

/** One line of a log, taken apart. */
export interface LogLine {
    /** As the engine stamps it: ISO 8601, UTC; empty if there is none. */
    readonly time: string;
    /** What comes after that, with its colours. */
    readonly text: string;
}

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) /;
/** As Apify's logger writes them, and as it does when asked for JSON. */
const WORD = /^(ERROR|SFAIL|SOFT_FAIL|WARN(?:ING)?|INFO|DEBUG|PERF)\b/;
/** As an error is printed that nobody has caught. */
const THROWN = /^(?:Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception)(?: \[\w+\])?:/;
const JSON_WORD = /^\{.*"level":"(ERROR|SOFT_FAIL|WARN(?:ING)?|INFO|DEBUG|PERF)"/;

const LEVEL_OF: Readonly<Record<string, LogLevel>> = {
    ERROR: 'error',
    SFAIL: 'error',
    SOFT_FAIL: 'error',
    WARN: 'warning',
    WARNING: 'warning',
    INFO: 'info',
    DEBUG: 'debug',
    PERF: 'debug',
};

/** Takes the time off a line. */
export function readLogLine(line: string): LogLine {
    const time = STAMP.exec(line)?.[1];
    return time === undefined ? { time: '', text: line } : { time, text: line.slice(time.length + 1) };
}

/**
 * How grave a line is.
 *
 * @param text - Without its time and its colours.
 * @param before - The level of the line before: what is indented, as a stack is, goes with it.
 */
export function levelOf(text: string, before: LogLevel): LogLevel {
    const word = WORD.exec(text)?.[1] ?? (text.startsWith('{') ? JSON_WORD.exec(text)?.[1] : undefined);
    if (word !== undefined) return LEVEL_OF[word]!;
    if (THROWN.test(text)) return 'error';
    return /^\s/.test(text) ? before : 'other';
}

/** A line as it is searched, copied and measured. */
export function plainLine(line: string): string {
    return plainText(readLogLine(line).text);
}
