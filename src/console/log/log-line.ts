import { AnsiUp } from 'ansi_up';

/** Severity of a line; `other` for a line without a level. */
export type LogLevel = 'error' | 'warning' | 'info' | 'debug' | 'other';

/** The levels, most severe first. */
export const LEVELS: readonly LogLevel[] = ['error', 'warning', 'info', 'other', 'debug'];

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) /;
/** Levels in the text format of Apify's logger. */
const WORD = /^(ERROR|SFAIL|SOFT_FAIL|WARN(?:ING)?|INFO|DEBUG|PERF)\b/;
/** The first line of a printed uncaught error. */
const THROWN = /^(?:Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception)(?: \[\w+\])?:/;
/** Levels in its JSON format. */
const JSON_WORD = /^\{.*"level":"(ERROR|SOFT_FAIL|WARN(?:ING)?|INFO|DEBUG|PERF)"/;

const LEVEL_OF: Readonly<Record<string, LogLevel>> = { E: 'error', S: 'error', W: 'warning', I: 'info' };

/** Splits a line into its time stamp and its text with colours. */
export function readLogLine(line: string): { time: string; text: string } {
    const time = STAMP.exec(line)?.[1];
    return time === undefined ? { time: '', text: line } : { time, text: line.slice(time.length + 1) };
}

/**
 * Returns the severity of a line.
 *
 * @param text - The line without time and colours.
 * @param before - The level of the previous line, which indented lines, such as a stack, inherit.
 */
export function levelOf(text: string, before: LogLevel): LogLevel {
    const word = WORD.exec(text)?.[1] ?? (text.startsWith('{') ? JSON_WORD.exec(text)?.[1] : undefined);
    if (word !== undefined) return LEVEL_OF[word[0]!] ?? 'debug';
    if (THROWN.test(text)) return 'error';
    return /^\s/.test(text) ? before : 'other';
}

/** A segment of a line; `isMatch` is true for a search match. */
interface HighlightedText extends StyledText {
    readonly isMatch: boolean;
}

/** Splits the segments of a line further, so that each search match, in any case, is a separate segment. */
export function highlightMatches(segments: readonly StyledText[], query: string): HighlightedText[] {
    if (query === '') return segments.map((segment) => ({ ...segment, isMatch: false }));
    const line = segments.map(({ text }) => text).join('');
    const matches = findMatches(line, query);
    const highlighted: HighlightedText[] = [];
    let start = 0;
    for (const { text, style } of segments) {
        const end = start + text.length;
        const cuts = [start, ...matches.flat().filter((at) => at > start && at < end), end];
        for (const [index, from] of cuts.slice(0, -1).entries()) {
            const isMatch = matches.some(([first, last]) => first <= from && from < last);
            highlighted.push({ text: line.slice(from, cuts[index + 1]), style, isMatch });
        }
        start = end;
    }
    return highlighted;
}

function findMatches(line: string, query: string): [from: number, to: number][] {
    const pattern = new RegExp(query.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), 'gi');
    return [...line.matchAll(pattern)].map(({ index }) => [index, index + query.length]);
}

/** A text in one style. */
interface StyledText {
    readonly text: string;
    /** CSS classes, such as `ansi-red bold`; empty for plain text. */
    readonly style: string;
}

/** Terminal sequences: CSI (styles end in `m`), OSC (titles and links), single-character ones, and incomplete ones. */
const SEQUENCE = /\u001b(?:\[[\d;:]*[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_]|)/g;
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
const RESET = '\u001b[0m';

/** A fragment with one style, as the library passes it. */
interface Fragment {
    readonly text: string;
    readonly bold: boolean;
    readonly faint: boolean;
    readonly italic: boolean;
    readonly underline: boolean;
    readonly fg: { readonly class_name: string } | null;
}

// The HTML of the library has inline styles, which the policy of the page forbids, so the fragments are used before that step.
const Reader = AnsiUp as unknown as new () => { ansi_to_html(text: string): string };

class StyledTextReader extends Reader {
    #segments: StyledText[] = [];

    read(text: string): StyledText[] {
        this.#segments = [];
        this.ansi_to_html(RESET + text);
        return this.#segments;
    }

    /** Called by the library for each fragment. */
    transform_to_html({ text, bold, faint, italic, underline, fg }: Fragment): string {
        // The theme only has readable colours for the basic 16.
        const colour = fg?.class_name === 'truecolor' ? undefined : fg?.class_name;
        const classes = [colour, bold && 'bold', faint && 'faint', italic && 'italic', underline && 'underline'];
        if (text !== '') this.#segments.push({ text, style: classes.filter(Boolean).join(' ') });
        return '';
    }
}

const reader = new StyledTextReader();

/** Returns the text without colours and other terminal sequences. */
export function plainText(text: string): string {
    return text.replace(SEQUENCE, '').replace(INVISIBLE, '');
}

/**
 * Splits a line where its style changes.
 *
 * @example
 * styledTexts('\u001b[31mERROR\u001b[39m gone'); // [{ text: 'ERROR', style: 'ansi-red' }, { text: ' gone', style: '' }]
 */
export function styledTexts(line: string): StyledText[] {
    const styled = line.replace(SEQUENCE, (sequence, end) => (end === 'm' ? sequence.replaceAll(':', ';') : ''));
    return reader
        .read(styled)
        .map(({ text, style }) => ({ text: text.replace(INVISIBLE, ''), style }))
        .filter(({ text }) => text !== '');
}

/** Moves the word of the level into a separate segment, unless the Actor has coloured it. */
export function colorizeLevel(segments: readonly StyledText[]): readonly StyledText[] {
    const [first, ...others] = segments;
    const word = first?.style === '' ? WORD.exec(first.text)?.[0] : undefined;
    if (first === undefined || word === undefined) return segments;
    return [{ text: word, style: 'log-word' }, { text: first.text.slice(word.length), style: '' }, ...others];
}
