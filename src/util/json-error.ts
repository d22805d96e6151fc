import { show } from './check.js';

/** Where a text stops being JSON, and why. */
export interface JsonError {
    /** From 1. */
    readonly line: number;
    /** In characters, from 1. */
    readonly column: number;
    /** What is wrong there and what to look for, as a sentence. */
    readonly problem: string;
}

/** Finds what is wrong with a text that is not JSON. V8 tells it in some of its messages only, and differently in each version. */
export function findJsonError(text: string): JsonError {
    const offset = offsetOfError(text);
    const before = text.slice(0, offset).split('\n');
    const problem =
        offset === text.length
            ? 'it ends too early. Close what is open.'
            : `${show(text.charAt(offset))} is not expected there. Look for a missing comma, a comment or a quote.`;
    return { line: before.length, column: before.at(-1)!.length + 1, problem };
}

const SPACE = /[ \t\r\n]*/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = new RegExp(`${TEXT.source}|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null`, 'y');

/** Where a text stops being JSON, in characters from its beginning. */
function offsetOfError(text: string): number {
    let at = 0;
    const take = (pattern: RegExp): boolean => {
        pattern.lastIndex = at;
        const found = pattern.test(text);
        if (found) at = pattern.lastIndex;
        return found;
    };
    const members = (end: RegExp, member: () => boolean): boolean => {
        take(SPACE);
        if (take(end)) return true;
        do {
            take(SPACE);
            if (!member()) return false;
            take(SPACE);
        } while (take(/,/y));
        return take(end);
    };
    const property = (): boolean => take(TEXT) && take(SPACE) && take(/:/y) && value();
    const value = (): boolean => {
        take(SPACE);
        if (take(/\{/y)) return members(/\}/y, property);
        if (take(/\[/y)) return members(/\]/y, value);
        return take(SCALAR);
    };
    if (value()) take(SPACE);
    return at;
}
