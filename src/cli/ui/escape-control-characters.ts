/* Text of Actors and web pages can move the cursor, change the title or the clipboard, or hide its content. */

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const COLOUR = /(\u001b\[[\d;]*m)/;
/** Characters of at most one column; not East Asian wide letters and emoji. */
const NARROW = /[\u0000-\u10ff\u2000-\u206f\u2800-\u28ff]/;

/**
 * Makes untrusted text safe for a terminal: control characters are shown as `\x1b`. Line ends and tabs stay.
 * With `colours`, colour sequences stay, too.
 */
export function escapeControlCharacters(text: string, { colours = false } = {}): string {
    // Every second part is a colour sequence.
    if (colours)
        return text
            .split(COLOUR)
            .map((part, index) => (index % 2 === 1 ? part : escapeControlCharacters(part)))
            .join('');
    return text.replaceAll('\r\n', '\n').replaceAll(CONTROL, escapeCharacter);
}

/** Makes a JSON text safe for a terminal; it stays the same JSON. */
export function safeJson(json: string): string {
    return json
        .replaceAll('\r\n', '\n')
        .replaceAll(CONTROL, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

/** Makes untrusted text safe for one line of a terminal. */
export function safeLine(text: string): string {
    return escapeControlCharacters(text).replaceAll(/[\n\t]+/g, ' ');
}

/** Returns an upper bound for the columns of a text without colours; exact for most European languages. */
export function maxColumns(text: string): number {
    let columns = 0;
    for (const character of text) columns += NARROW.test(character) ? 1 : 2;
    return columns;
}

/** Truncates a text without colours to a number of columns; a truncated text ends in `…`. */
export function cutText(text: string, width: number): string {
    if (maxColumns(text) <= width) return text;
    let cut = '';
    let used = 0;
    for (const character of text) {
        used += maxColumns(character);
        if (used > width - 1) break;
        cut += character;
    }
    return width <= 0 ? '' : `${cut}…`;
}

function escapeCharacter(character: string): string {
    const code = character.codePointAt(0)!;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
