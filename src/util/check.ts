import { EngineError } from '../errors/engine-error.js';

/*
 * Validation of arguments. Each check receives the path of the value as the caller wrote it, and throws an `EngineError` with
 * the actual value, the expected one, and a remedy. Undefined passes.
 */

const MAX_LISTED_NAMES = 20;

/** Rejects unknown keys, and suggests the most similar known one. */
export function checkOptions(path: string, value: unknown, known: readonly string[]): void {
    for (const key of keysOf(path, value)) if (!known.includes(key)) throw unknownOption(path, key, known);
}

function keysOf(path: string, value: unknown): string[] {
    if (value === undefined) return [];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.keys(value);
    // Fields of a record have no defaults to recommend.
    if (!/options$|\(\)$/i.test(path)) throw invalid(path, value, 'an object');
    throw invalid(path, value, 'an object of options', 'Omit it for the defaults.');
}

function unknownOption(path: string, key: string, known: readonly string[]): EngineError {
    return new EngineError(
        'unknown-option',
        `\`${path}\` has no option \`${key}\`.${didYouMean(key, known)} Known options: ${known.join(', ')}.`,
        { details: { option: key } },
    );
}

/** Expects a whole number from `min` to `max`. */
export function checkWhole(path: string, value: unknown, min: number, max: number = Number.MAX_SAFE_INTEGER): void {
    if (value === undefined) return;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
        const range = max === Number.MAX_SAFE_INTEGER ? `, ${min} or more` : ` from ${min} to ${max}`;
        throw invalid(path, value, `a whole number${range}`);
    }
}

/** Expects a finite number of at least `min`. */
export function checkNumber(path: string, value: unknown, min: number): void {
    if (value === undefined) return;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < min) {
        throw invalid(path, value, `a number, ${min} or more`);
    }
}

/** Expects a non-empty string. */
export function checkText(path: string, value: unknown): void {
    if (value === undefined) return;
    if (typeof value !== 'string' || value === '') throw invalid(path, value, 'a non-empty string');
}

/** Expects a boolean. */
export function checkFlag(path: string, value: unknown): void {
    if (value === undefined || typeof value === 'boolean') return;
    throw invalid(path, value, 'true or false');
}

/** Expects one of these words. */
export function checkWord(path: string, value: unknown, words: readonly string[]): void {
    if (value === undefined || (typeof value === 'string' && words.includes(value))) return;
    const hint = typeof value === 'string' ? didYouMean(value, words).trim() : '';
    throw invalid(path, value, formatChoice(words), hint);
}

/** Expects a string, which may be empty. */
export function checkString(path: string, value: unknown): void {
    if (value !== undefined && typeof value !== 'string') throw invalid(path, value, 'a string');
}

/** Validates one value. */
export type Check = (path: string, value: unknown) => void;

/** Validates each option by its check, and rejects options without one. */
export function checkEach(path: string, options: unknown, checks: Readonly<Record<string, Check>>): void {
    for (const key of keysOf(path, options)) {
        if (!Object.hasOwn(checks, key)) throw unknownOption(path, key, Object.keys(checks));
        checks[key]!(`${path}.${key}`, (options as Record<string, unknown>)[key]);
    }
}

/** As {@link checkEach}, but null counts as omitted. */
export function checkFields(path: string, fields: unknown, checks: Readonly<Record<string, Check>>): void {
    checkOptions(path, fields, Object.keys(checks));
    for (const [name, value] of Object.entries(fields ?? {})) checks[name]!(`${path}.${name}`, value ?? undefined);
}

/** Expects a whole number of at least 0. */
export function checkCount(path: string, value: unknown): void {
    checkWhole(path, value, 0);
}

/** Creates a check for one of these words. */
export function oneOf(words: readonly string[]): Check {
    return (path, value) => checkWord(path, value, words);
}

/** Passes any value: for fields that are validated where they are parsed. */
export function checkedLater(): void {}

/** Creates the error for an invalid value. */
export function invalid(path: string, value: unknown, expected: string, remedy = ''): EngineError {
    const message = `\`${path}\` is ${show(value)}, but must be ${expected}. ${remedy}`.trimEnd();
    return new EngineError('invalid-value', message, { details: { path } });
}

/**
 * Creates the error for an invalid part of a value, such as one of its keys.
 *
 * @param subject - The part as the message names it, such as "A name in `options.env`".
 */
export function invalidPart(path: string, subject: string, value: unknown, expected: string): EngineError {
    const message = `${subject} is ${show(value)}, but must be ${expected}.`;
    return new EngineError('invalid-value', message, { details: { path } });
}

/** Expects a signal. */
export function checkSignal(path: string, value: unknown): void {
    if (value === undefined || value instanceof AbortSignal) return;
    throw invalid(path, value, 'an AbortSignal');
}

/** Formats a value for a message: short, and without throwing. */
export function show(value: unknown): string {
    if (typeof value === 'string') return `'${escapeControls(value.length > 80 ? `${value.slice(0, 77)}…` : value)}'`;
    if (typeof value === 'function') return 'a function';
    if (typeof value === 'bigint') return `${value}n`;
    if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
    if (typeof value === 'object' && value !== null) return 'an object';
    return String(value);
}

/** Escapes control characters as JSON does, so that a message stays on one line. */
function escapeControls(text: string): string {
    // eslint-disable-next-line no-control-regex
    return text.replace(/[\u0000-\u001f]/g, (character) => JSON.stringify(character).slice(1, -1));
}

/** Formats the allowed words for a message: "one of 'a', 'b'". */
export function formatChoice(words: Iterable<string>): string {
    return `one of ${Array.from(words, (word) => `'${word}'`).join(', ')}`;
}

/** Lists names for a message, with the number of those that are left out. */
export function listNames(names: readonly string[]): string {
    const rest = names.length - MAX_LISTED_NAMES;
    return rest > 0 ? `${names.slice(0, MAX_LISTED_NAMES).join(', ')} and ${rest} more` : names.join(', ');
}

/** A unit at the end of a name, as in `timeoutSecs` or `memory_mbytes`. */
const UNIT = /[_-]?(?:secs?|seconds|millis|ms|mbytes|mb|usd)$/i;

const SAME_WORDS_BONUS = 100;

/** Maximum length of a mistyped word for which there are suggestions. */
const MAX_WORD_LENGTH = 200;

/**
 * Returns the candidate that is most similar to a mistyped word: by its letters, or else one that has the same first words apart
 * from units, such as `timeout` for `timeoutSecs` and `build` for `buildTag`. Undefined if none is similar.
 */
export function findClosest(word: string, candidates: Iterable<string>): string | undefined {
    // Comparing long words would take long.
    if (word.length > MAX_WORD_LENGTH) return undefined;
    const limit = Math.max(2, Math.floor(word.length / 3));
    let best: { candidate: string; distance: number } | undefined;
    for (const candidate of candidates) {
        const hasSameWords = haveSameFirstWords(word.replace(UNIT, ''), candidate.replace(UNIT, ''));
        // Shared words count more than similar letters.
        const distance =
            editDistance(word.toLowerCase(), candidate.toLowerCase()) - (hasSameWords ? SAME_WORDS_BONUS : 0);
        if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance };
    }
    return best?.candidate;
}

function haveSameFirstWords(a: string, b: string): boolean {
    const [short, long] = a.length < b.length ? [a, b] : [b, a];
    return short.length > 2 && long.startsWith(short) && /^(?:$|[A-Z_-])/.test(long.slice(short.length));
}

/** Returns ` Did you mean `x`?` for the end of a message about an unknown word; empty if no candidate is similar. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
    const closest = findClosest(word, candidates);
    return closest === undefined ? '' : ` Did you mean \`${closest}\`?`;
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
