import { EngineError } from '../errors/engine-error.js';
import { didYouMean } from './near-miss.js';

/*
 * Checks of what callers hand in. Each takes the path of the value, as the caller wrote it, and throws an `EngineError`
 * that says what the value is, what would be right, and what to do.
 */

/** Refuses keys that are not known, with the nearest one that is. Undefined counts as no options. */
export function checkOptions(path: string, value: unknown, known: readonly string[]): void {
    if (value === undefined) return;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw invalid(path, value, 'an object of options', 'Leave it out for the defaults.');
    }
    for (const key of Object.keys(value)) {
        if (known.includes(key)) continue;
        throw new EngineError(
            'unknown-option',
            `\`${path}\` has no option \`${key}\`.${didYouMean(key, known)} Known options: ${known.join(', ')}.`,
            { details: { option: key } },
        );
    }
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
