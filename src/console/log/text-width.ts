/** Letters that take two places where all letters are as wide as each other: those of East Asia, and pictures. */
const WIDE =
    /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
const ASCII = /^[ -~]*$/;

/** How many places a tab takes here: it is shown as so many spaces, or nothing could be measured. */
export const TAB = '    ';

/** How many places a text takes in a font whose letters are all as wide as each other. */
export function textWidth(text: string): number {
    if (ASCII.test(text)) return text.length;
    let width = 0;
    for (const letter of text) {
        if (letter === '\t') width += TAB.length;
        else width += letter.length === 2 || WIDE.test(letter) ? 2 : 1;
    }
    return width;
}
