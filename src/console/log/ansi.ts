/** A piece of text in one style; the words are those of the console's style sheet. */
export interface StyledText {
    readonly text: string;
    /** Such as `ansi-31 bold`; empty for plain text. */
    readonly style: string;
}

/** Sequences of terminals: those that style (`m`), all others of the same kind, titles and links, and single ones. */
const SEQUENCE = /\u001b(?:\[([\d;:]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** Nothing of these can be seen. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Words of a style, by what they are about: one of each kind at a time. */
interface Style {
    readonly colour: string;
    readonly weight: string;
    readonly slant: string;
    readonly line: string;
}

const PLAIN: Style = { colour: '', weight: '', slant: '', line: '' };

const CHANGES: Readonly<Record<number, Partial<Style>>> = {
    0: PLAIN,
    1: { weight: 'bold' },
    2: { weight: 'faint' },
    3: { slant: 'italic' },
    4: { line: 'underline' },
    22: { weight: '' },
    23: { slant: '' },
    24: { line: '' },
    39: { colour: '' },
};

/** The text without colours and other sequences of terminals. */
export function plainText(text: string): string {
    return text.includes('\u001b') ? text.replace(SEQUENCE, '').replace(CONTROL, '') : text.replace(CONTROL, '');
}

/**
 * Takes a line apart at the places where its style changes. Colours of 256 or more are left out, as the theme has none that
 * would be sure to be readable.
 *
 * @example
 * styledTexts('\u001b[31mERROR\u001b[39m gone'); // [{ text: 'ERROR', style: 'ansi-31' }, { text: ' gone', style: '' }]
 */
export function styledTexts(line: string): StyledText[] {
    const pieces: StyledText[] = [];
    let style = PLAIN;
    let end = 0;
    const add = (text: string): void => {
        const shown = text.replace(CONTROL, '');
        if (shown !== '') pieces.push({ text: shown, style: wordsOf(style) });
    };
    for (const match of line.matchAll(SEQUENCE)) {
        add(line.slice(end, match.index));
        end = match.index + match[0].length;
        if (match[2] === 'm') style = restyled(style, match[1] ?? '');
    }
    add(line.slice(end));
    return pieces;
}

function restyled(style: Style, codes: string): Style {
    const numbers = codes.split(/[;:]/).map(Number);
    let next = style;
    for (let index = 0; index < numbers.length; index += 1) {
        const code = numbers[index]!;
        // What comes after says which of many colours; see above.
        if (code === 38 || code === 48) index += numbers[index + 1] === 5 ? 2 : 4;
        else next = withCode(next, code);
    }
    return next;
}

function withCode(style: Style, code: number): Style {
    const isColour = (code >= 30 && code < 38) || (code >= 90 && code < 98);
    return isColour ? { ...style, colour: `ansi-${code}` } : { ...style, ...CHANGES[code] };
}

function wordsOf(style: Style): string {
    return Object.values(style).filter(Boolean).join(' ');
}
