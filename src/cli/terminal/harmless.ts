/* What Actors and web pages have written may move the cursor, change the title or the clipboard, or hide what it says. */

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const COLOUR = /\u001b\[[\d;]*m/g;

/**
 * Makes a text of unknown origin fit for a terminal: control characters are shown as `\x1b` and do nothing. Line ends and
 * tabs stay. With `colours`, sequences that only choose colours stay, too.
 */
export function harmless(text: string, { colours = false } = {}): string {
    if (!colours) return text.replaceAll('\r\n', '\n').replaceAll(CONTROL, shown);
    let result = '';
    let at = 0;
    for (const match of text.matchAll(COLOUR)) {
        result += harmless(text.slice(at, match.index)) + match[0];
        at = match.index + match[0].length;
    }
    return result + harmless(text.slice(at));
}

/** A JSON text made fit for a terminal: what is shown is the same JSON. */
export function harmlessJson(json: string): string {
    return json
        .replaceAll('\r\n', '\n')
        .replaceAll(CONTROL, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

/** A text of unknown origin made fit for one line of a terminal. */
export function harmlessLine(text: string): string {
    return harmless(text).replaceAll(/[\n\t]+/g, ' ');
}

function shown(character: string): string {
    const code = character.codePointAt(0)!;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
