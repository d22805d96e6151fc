import type { StyledText } from './ansi.js';

const WORD = /^(?:ERROR|SFAIL|SOFT_FAIL|WARN(?:ING)?|INFO|DEBUG|PERF)\b/;

/** With the word of the level in a piece of its own, where the Actor has not coloured it itself. */
export function tinted(pieces: readonly StyledText[]): readonly StyledText[] {
    const [first, ...others] = pieces;
    const word = first?.style === '' ? WORD.exec(first.text)?.[0] : undefined;
    if (first === undefined || word === undefined) return pieces;
    return [{ text: word, style: 'log-word' }, { text: first.text.slice(word.length), style: '' }, ...others];
}
