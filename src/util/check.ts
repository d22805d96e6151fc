import { EngineError } from '../errors/engine-error.js';

/*
 * Checks of what callers hand in. Each takes the path of the value, as the caller wrote it, and throws an `EngineError`
 * that says what the value is, what would be right, and what to do.
 */

/** Refuses keys that are not known, with the nearest one that is. Undefined counts as no options. */
export function checkOptions(path: string, value: unknown, known: readonly string[]): void {
    for (const key of keysOf(path, value)) if (!known.includes(key)) throw unknownOption(path, key, known);
}

function keysOf(path: string, value: unknown): string[] {
    if (value === undefined) return [];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.keys(value);
    throw invalid(path, value, 'an object of options', 'Leave it out for the defaults.');
}

function unknownOption(path: string, key: string, known: readonly string[]): EngineError {
    return new EngineError(
        'unknown-option',
        `\`${path}\` has no option \`${key}\`.${didYouMean(key, known)} Known options: ${known.join(', ')}.`,
        { details: { option: key } },
    );
}

/** A whole number from `min` to `max`, or undefined. */
export function checkWhole(path: string, value: unknown, min: number, max: number = Number.MAX_SAFE_INTEGER): void {
    if (value === undefined) return;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
        const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
        throw invalid(path, value, `a whole number, ${range}`);
    }
}

/** A finite number from `min` on, or undefined. */
export function checkNumber(path: string, value: unknown, min: number): void {
    if (value === undefined) return;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < min) {
        throw invalid(path, value, `a number, ${min} or more`);
    }
}

/** A text that is not empty, or undefined. */
export function checkText(path: string, value: unknown): void {
    if (value === undefined) return;
    if (typeof value !== 'string' || value === '') throw invalid(path, value, 'a text that is not empty');
}

/** True, false or undefined. */
export function checkFlag(path: string, value: unknown): void {
    if (value === undefined || typeof value === 'boolean') return;
    throw invalid(path, value, 'true or false');
}

/** One of a few words, or undefined. */
export function checkWord(path: string, value: unknown, words: readonly string[]): void {
    if (value === undefined || (typeof value === 'string' && words.includes(value))) return;
    const hint = typeof value === 'string' ? didYouMean(value, words).trim() : '';
    throw invalid(path, value, `one of ${words.map((word) => `'${word}'`).join(', ')}`, hint);
}

/** A text, maybe empty, or undefined. */
export function checkString(path: string, value: unknown): void {
    if (value !== undefined && typeof value !== 'string') throw invalid(path, value, 'a text');
}

/** A check of one value, as those above: undefined passes. */
export type Check = (path: string, value: unknown) => void;

/** Checks options one by one; those without a check are refused. Undefined counts as no options. */
export function checkEach(path: string, options: unknown, checks: Readonly<Record<string, Check>>): void {
    for (const key of keysOf(path, options)) {
        if (!Object.hasOwn(checks, key)) throw unknownOption(path, key, Object.keys(checks));
        checks[key]!(`${path}.${key}`, (options as Record<string, unknown>)[key]);
    }
}

/** As {@link checkEach}, for fields of which null counts as left out. */
export function checkFields(path: string, fields: unknown, checks: Readonly<Record<string, Check>>): void {
    checkOptions(path, fields, Object.keys(checks));
    for (const [name, value] of Object.entries(fields ?? {})) checks[name]!(`${path}.${name}`, value ?? undefined);
}

/** A whole number from 0 on, or undefined. */
export function checkCount(path: string, value: unknown): void {
    checkWhole(path, value, 0);
}

/** A check for one of a few words. */
export function oneOf(words: readonly string[]): Check {
    return (path, value) => checkWord(path, value, words);
}

/** For a field that is checked where it is read. */
export function checkedLater(): void {}

/** The error for a value that is not what it must be. */
export function invalid(path: string, value: unknown, expected: string, remedy = ''): EngineError {
    const message = `\`${path}\` is ${show(value)}, but must be ${expected}. ${remedy}`.trimEnd();
    return new EngineError('invalid-value', message, { details: { path } });
}

/** A value as a message shows it: short, and never throwing. */
export function show(value: unknown): string {
    if (typeof value === 'string') return value.length > 80 ? `'${value.slice(0, 77)}…'` : `'${value}'`;
    if (typeof value === 'function') return 'a function';
    if (typeof value === 'bigint') return `${value}n`;
    if (Array.isArray(value)) return `an array of ${value.length}`;
    if (typeof value === 'object' && value !== null) return 'an object';
    return String(value);
}

/** The candidate that a mistyped word most likely means, or undefined when none is near. */
export function nearMiss(word: string, candidates: Iterable<string>): string | undefined {
    const limit = Math.max(2, Math.floor(word.length / 3));
    let best: { candidate: string; distance: number } | undefined;
    for (const candidate of candidates) {
        const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
        if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance };
    }
    return best?.candidate;
}

/** ` Did you mean `x`?`, or nothing: the end of a message about an unknown word. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
    const near = nearMiss(word, candidates);
    return near === undefined ? '' : ` Did you mean \`${near}\`?`;
}

function editDistance(a: string, b: string): number {
    let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i++) {
        const current = [i];
        for (let j = 1; j <= b.length; j++) {
            const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
            current.push(Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1));
        }
        previous = current;
    }
    return previous[b.length]!;
}
