/** A text that is to be a part of another, or a pattern that is to be found in it. */
export type TextPattern = string | RegExp;

/** Whether the pattern is found anywhere in the text. */
export function matchesText(text: string, pattern: TextPattern): boolean {
    // Not by `test`, which goes on from where the last search of a global pattern ended.
    return typeof pattern === 'string' ? text.includes(pattern) : text.search(pattern) >= 0;
}

/** Not by its class alone: a pattern may come from another realm, as that of a test in a VM context. */
export function isTextPattern(value: unknown): value is TextPattern {
    return typeof value === 'string' || Object.prototype.toString.call(value) === '[object RegExp]';
}
