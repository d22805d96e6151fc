import { EngineError } from '../errors/engine-error.js';
import { findJsonError } from '../util/json.js';

const MAX_SHOWN = 72;
const SHOWN_BEFORE = 40;

/**
 * Reads JSON that somebody has written.
 *
 * @param what - What it is, as the beginning of a sentence: `The input in input.json`.
 * @throws EngineError `invalid-input`, which shows the place.
 */
export function readJson(text: string, what: string): unknown {
    const clean = text.replace(/^\uFEFF/, '');
    try {
        return JSON.parse(clean);
    } catch (cause) {
        if (clean.trim() === '')
            throw new EngineError('invalid-input', `${what} is empty, but must be JSON, such as {}.`);
        const { line, column, problem } = findJsonError(clean);
        const message = `${what} is not JSON: line ${line}, column ${column}: ${problem}\n${showPlace(clean, line, column)}`;
        throw new EngineError('invalid-input', message, { details: { line, column }, cause });
    }
}

/** The line of the place, with a caret below it. */
function showPlace(text: string, line: number, column: number): string {
    const whole = (text.split('\n')[line - 1] ?? '').replaceAll('\t', ' ').trimEnd();
    const from = Math.max(0, column - 1 - SHOWN_BEFORE);
    const start = from > 0 ? '…' : '';
    const shown = whole.slice(from, from + MAX_SHOWN);
    const end = from + MAX_SHOWN < whole.length ? '…' : '';
    const margin = `${line} | `;
    const blank = `${' '.repeat(String(line).length)} | `;
    return `  ${margin}${start}${shown}${end}\n  ${blank}${' '.repeat(start.length + column - 1 - from)}^`;
}
