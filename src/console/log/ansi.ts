import { AnsiUp } from 'ansi_up';

/** A piece of text in one style; the words are those of the console's style sheet. */
export interface StyledText {
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
