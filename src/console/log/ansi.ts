/** A piece of text in one style; the words are those of the console's style sheet. */
export interface StyledText {
    readonly text: string;
    /** Such as `ansi-red ansi-bold`; empty for plain text. */
    readonly style: string;
}

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
/** Sequences of terminals: those that style (`m`), all others of the same kind, titles and links, and single ones. */
const SEQUENCE = /\u001b(?:\[([\d;:]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** Nothing of these can be seen. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

interface Style {
    colour: string;
    isBold: boolean;
    isDim: boolean;
}

const PLAIN: Style = { colour: '', isBold: false, isDim: false };

/** The text without colours and other sequences of terminals. */
export function plainText(text: string): string {
    return text.includes('\u001b') ? text.replace(SEQUENCE, '').replace(CONTROL, '') : text.replace(CONTROL, '');
}

/**
 * Takes a line apart at the places where its style changes. Colours of 256 or more are left out, as the theme has none that
 * would be sure to be readable.
 *
 * @example
 * styledTexts('\u001b[31mERROR\u001b[39m gone'); // [{ text: 'ERROR', style: 'ansi-red' }, { text: ' gone', style: '' }]
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
    if (code === 0) return PLAIN;
    if (code === 1) return { ...style, isBold: true };
    if (code === 2) return { ...style, isDim: true };
    if (code === 22) return { ...style, isBold: false, isDim: false };
    if (code === 39) return { ...style, colour: '' };
    const bright = code - 90;
    if (bright >= 0 && bright < 8) return { ...style, colour: bright === 0 ? 'grey' : COLOURS[bright]! };
    const normal = code - 30;
    return normal >= 0 && normal < 8 ? { ...style, colour: COLOURS[normal]! } : style;
}

function wordsOf({ colour, isBold, isDim }: Style): string {
    const words = [colour && `ansi-${colour}`, isBold && 'ansi-bold', isDim && 'ansi-dim'];
    return words.filter(Boolean).join(' ');
}
