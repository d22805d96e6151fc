/** Length times options, lest V8 needs too long to prepare a pattern, which nothing can interrupt. */
const MAX_SIZE = 500_000;
/** V8 prepares itself for each way in which options side by side may be there or not; other options cost little. */
const MAX_ADJACENT_OPTIONS = 16;

/** A class or a character by its escape. */
const ATOM = /\\[pPuk][{<][^}>]*[}>]|\\.|\[(?:\\.|[^\]\\])*\]/gsu;
const GROUP_START = /\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/gu;
const UP_TO = /\{0,\d*\}/g;
const ADJACENT_OPTIONS = new RegExp(`(?:[^?*+{}|][?*|]\\??){${MAX_ADJACENT_OPTIONS + 1}}`, 'su');

/**
 * How the time of a test may grow: a text of n characters takes about n to the power of this many steps, at worst. Never
 * too low: a repeated group may hold what can be split up in many ways, and each other repetition, option or alternative may
 * have to be tried for each place of the text.
 *
 * @throws Error for a pattern that V8 would need too long to prepare.
 */
export function degreeOf(pattern: string): number {
    const plain = pattern.replace(ATOM, 'a').replace(GROUP_START, '(');
    const options = plain.match(/[*?{]/g)?.length ?? 0;
    // V8 writes out a few repetitions.
    const flat = plain.replace(UP_TO, '?a?a?').replace(/[()]/g, '');
    if (pattern.length * options > MAX_SIZE || ADJACENT_OPTIONS.test(flat)) {
        const shown = pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern;
        throw new Error(`the pattern \`${shown}\` is too complex: use fewer parts that are optional`);
    }
    return /\)[*+{]/.test(plain) ? Infinity : 1 + (plain.match(/[*+?{|]/g)?.length ?? 0);
}
