/** A piece of a line in one look. */
export interface AnsiPiece {
    readonly text: string;
    /** Class names: `ansi-31`, `bold`, `faint`. */
    readonly look: string;
}

// oxlint-disable-next-line no-control-regex -- These are what colours are written with.
const SEQUENCE = /\u001B\[([\d;]*)([A-Za-z])/g;
const WORDS: Record<string, string> = { 1: 'bold', 2: 'faint', 3: 'italic', 4: 'underline' };

/** Takes a line apart at its colours. Other control sequences go. */
export function readAnsi(line: string): AnsiPiece[] {
    if (!line.includes('\u001B')) return [{ text: line, look: '' }];
    const pieces: AnsiPiece[] = [];
    let looks: string[] = [];
    let start = 0;
    const add = (end: number): void => {
        if (end > start) pieces.push({ text: line.slice(start, end), look: looks.join(' ') });
    };
    for (const match of line.matchAll(SEQUENCE)) {
        add(match.index);
        start = match.index + match[0].length;
        if (match[2] === 'm') for (const code of (match[1] ?? '').split(';')) looks = withCode(looks, code);
    }
    add(line.length);
    return pieces;
}

function withCode(looks: string[], code: string): string[] {
    if (code === '' || code === '0') return [];
    const word = WORDS[code];
    if (word !== undefined) return [...looks, word];
    const isColour = (look: string): boolean => look.startsWith('ansi-');
    const others = looks.filter((look) => !isColour(look));
    if (/^(3|9)[0-7]$/.test(code)) return [...others, `ansi-${code}`];
    if (code === '39') return others;
    if (code === '22') return looks.filter((look) => look !== 'bold' && look !== 'faint');
    return looks;
}
