import { AnsiUp } from 'ansi_up';

/** How grave a line is; `other` for one that does not say. */
export type LogLevel = 'error' | 'warning' | 'info' | 'debug' | 'other';

/** The levels, the gravest first. */
export const LEVELS: readonly LogLevel[] = ['error', 'warning', 'info', 'other', 'debug'];

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) /;
/** As Apify's logger writes them, and as it does when asked for JSON. */
const WORD = /^(ERROR|SFAIL|SOFT_FAIL|WARN(?:ING)?|INFO|DEBUG|PERF)\b/;
/** As an error is printed that nobody has caught. */
const THROWN = /^(?:Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception)(?: \[\w+\])?:/;
const JSON_WORD = /^\{.*"level":"(ERROR|SOFT_FAIL|WARN(?:ING)?|INFO|DEBUG|PERF)"/;

const LEVEL_OF: Readonly<Record<string, LogLevel>> = { E: 'error', S: 'error', W: 'warning', I: 'info' };

/** Splits a line into its time, as the engine stamps it, and its text with its colours. */
export function readLogLine(line: string): { time: string; text: string } {
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
    if (word !== undefined) return LEVEL_OF[word[0]!] ?? 'debug';
    if (THROWN.test(text)) return 'error';
    return /^\s/.test(text) ? before : 'other';
}

/** A piece of a line, and whether it is what was searched for. */
interface MarkedText extends StyledText {
    readonly isMark: boolean;
}

/** Takes pieces of a line further apart, so that what is searched for, whatever its case, is in pieces of its own. */
export function markedTexts(pieces: readonly StyledText[], query: string): MarkedText[] {
    if (query === '') return pieces.map((piece) => ({ ...piece, isMark: false }));
    const line = pieces.map(({ text }) => text).join('');
    const places = placesOf(line, query);
    const marked: MarkedText[] = [];
    let start = 0;
    for (const { text, style } of pieces) {
        const end = start + text.length;
        const cuts = [start, ...places.flat().filter((at) => at > start && at < end), end];
        for (const [index, from] of cuts.slice(0, -1).entries()) {
            const isMark = places.some(([first, last]) => first <= from && from < last);
            marked.push({ text: line.slice(from, cuts[index + 1]), style, isMark });
        }
        start = end;
    }
    return marked;
}

function placesOf(line: string, query: string): [from: number, to: number][] {
    const pattern = new RegExp(query.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), 'gi');
    return [...line.matchAll(pattern)].map(({ index }) => [index, index + query.length]);
}

/** A piece of text in one style; the words are those of the console's style sheet. */
interface StyledText {
    readonly text: string;
    /** Such as `ansi-red bold`; empty for plain text. */
    readonly style: string;
}

/** Terminal sequences: styles (`m`) and others of the same kind, titles and links, single ones, and broken ones. */
const SEQUENCE = /\u001b(?:\[[\d;:]*[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_]|)/g;
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
const RESET = '\u001b[0m';

/** The part of the library's text that has one style. */
interface Fragment {
    readonly text: string;
    readonly bold: boolean;
    readonly faint: boolean;
    readonly italic: boolean;
    readonly underline: boolean;
    readonly fg: { readonly class_name: string } | null;
}

// The library's own HTML has inline styles, which the policy of the page forbids: the fragments are taken before that.
const Reader = AnsiUp as unknown as new () => { ansi_to_html(text: string): string };

class PieceReader extends Reader {
    #pieces: StyledText[] = [];

    read(text: string): StyledText[] {
        this.#pieces = [];
        this.ansi_to_html(RESET + text);
        return this.#pieces;
    }

    /** Called by the library for each fragment. */
    transform_to_html({ text, bold, faint, italic, underline, fg }: Fragment): string {
        // Of 256 colours or more, the theme has none that would be sure to be readable.
        const colour = fg?.class_name === 'truecolor' ? undefined : fg?.class_name;
        const words = [colour, bold && 'bold', faint && 'faint', italic && 'italic', underline && 'underline'];
        if (text !== '') this.#pieces.push({ text, style: words.filter(Boolean).join(' ') });
        return '';
    }
}

const reader = new PieceReader();

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

/** With the word of the level in a piece of its own, where the Actor has not coloured it itself. */
export function tinted(pieces: readonly StyledText[]): readonly StyledText[] {
    const [first, ...others] = pieces;
    const word = first?.style === '' ? WORD.exec(first.text)?.[0] : undefined;
    if (first === undefined || word === undefined) return pieces;
    return [{ text: word, style: 'log-word' }, { text: first.text.slice(word.length), style: '' }, ...others];
}
