import stringWidth from 'string-width';

/** How many columns a text takes on a terminal; colours take none, wide letters two. */
export function textWidth(text: string): number {
    return isPlain(text) ? text.length : stringWidth(text);
}

/** Cuts a text without colours to so many columns, ending in `…` if something is missing. */
export function cutToWidth(text: string, width: number): string {
    if (textWidth(text) <= width) return text;
    let cut = '';
    let used = 0;
    for (const { segment } of new Intl.Segmenter().segment(text)) {
        const more = textWidth(segment);
        if (used + more > width - 1) break;
        cut += segment;
        used += more;
    }
    return width <= 0 ? '' : `${cut}…`;
}

function isPlain(text: string): boolean {
    return /^[\u0020-\u007e]*$/.test(text);
}
