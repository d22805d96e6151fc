import type { StyledText } from './ansi.js';

/** A piece of a line, and whether it is what was searched for. */
export interface MarkedText extends StyledText {
    readonly isMark: boolean;
}

/** Takes pieces of a line further apart, so that what is searched for, whatever its case, is in pieces of its own. */
export function markedTexts(pieces: readonly StyledText[], query: string): MarkedText[] {
    if (query === '') return pieces.map((piece) => ({ ...piece, isMark: false }));
    const places = placesOf(pieces.map(({ text }) => text).join(''), query);
    const marked: MarkedText[] = [];
    let start = 0;
    for (const { text, style } of pieces) {
        for (const [from, to, isMark] of cut(start, start + text.length, places)) {
            marked.push({ text: text.slice(from - start, to - start), style, isMark });
        }
        start += text.length;
    }
    return marked;
}

function placesOf(line: string, query: string): [from: number, to: number][] {
    const places: [number, number][] = [];
    const [where, what] = [line.toLowerCase(), query.toLowerCase()];
    // A letter may become several when its case changes; then nothing can be said of where they are.
    if (where.length !== line.length) return [];
    for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + what.length)) {
        places.push([at, at + what.length]);
    }
    return places;
}

function* cut(
    start: number,
    end: number,
    places: readonly (readonly [number, number])[],
): Generator<[from: number, to: number, isMark: boolean]> {
    let at = start;
    for (const [from, to] of places) {
        if (to <= at || from >= end) continue;
        if (from > at) yield [at, from, false];
        yield [Math.max(from, at), Math.min(to, end), true];
        at = Math.min(to, end);
    }
    if (at < end) yield [at, end, false];
}
