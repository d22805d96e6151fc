import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { EngineError } from '../errors/engine-error.js';
import { errnoOf } from '../storage/file/fs-error.js';
import { findJsonError } from '../util/json/json.js';
import { usageError } from './errors.js';
import type { Cli } from './cli.js';

/** A value from the command line, a file or stdin. */
export interface ValueSource {
    readonly bytes: Buffer;
    /** Its origin, for messages: `items.json`, `stdin`. */
    readonly source: string;
    /** Absolute path, if it came from a file. */
    readonly file?: string;
}

/** Maximum length of the quoted part of a line, and the part of it before the error. */
const MAX_SHOWN = 72;
const SHOWN_BEFORE = 40;

/**
 * Reads a value from an argument, from `--file` or from stdin.
 *
 * @param noun - The value in messages: `items`.
 * @throws EngineError `bad-usage` if the value or the file is missing, or the value is ambiguous.
 */
export async function readValue(
    cli: Cli,
    noun: string,
    argument: string | undefined,
    path: string | undefined,
): Promise<ValueSource> {
    if (argument !== undefined && path !== undefined)
        throw usageError(`Pass the ${noun} either as an argument or with --file, not both.`);
    if (argument !== undefined && argument !== '-') return { bytes: Buffer.from(argument), source: 'the argument' };
    if (path !== undefined && path !== '-') {
        const file = resolve(cli.cwd, path);
        return { bytes: Buffer.from(await readInputFile(file, path)), source: path, file };
    }
    if (cli.stdin.isTTY)
        throw usageError(`Missing ${noun}: pass an argument or --file FILE, or pipe the ${noun} to stdin.`);
    return { bytes: await buffer(cli.stdin), source: 'stdin' };
}

/** Reads a file of the command line. @param name - The path as it was written, for messages. */
export async function readInputFile(path: string, name: string): Promise<Buffer> {
    try {
        return await readFile(path);
    } catch (cause) {
        const code = errnoOf(cause);
        throw usageError(`The file '${name}' ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}.`);
    }
}

/**
 * Parses handwritten JSON.
 *
 * @param label - Its origin: `the input in input.json`.
 * @param firstLine - Number of the first line of the text, for JSON Lines.
 * @throws EngineError `invalid-input`, with the position of the error.
 */
export function parseJson(text: string, label: string, firstLine = 1): unknown {
    const clean = text.replace(/^\uFEFF/, '');
    try {
        return JSON.parse(clean);
    } catch (cause) {
        const subject = label.replace(/^the /, 'The ');
        if (clean.trim() === '')
            throw new EngineError('invalid-input', `${subject} is empty; expected JSON, such as {}.`);
        const { line: index, column, problem } = findJsonError(clean);
        const line = firstLine + index - 1;
        const quote = quotePosition(clean.split('\n')[index - 1] ?? '', line, column);
        const message = `${subject} is not valid JSON: line ${line}, column ${column}: ${problem}\n${quote}`;
        throw new EngineError('invalid-input', message, { details: { line, column }, cause });
    }
}

/** Quotes a line with its number, and a caret below the column. */
function quotePosition(text: string, line: number, column: number): string {
    const fullLine = text.replaceAll('\t', ' ').trimEnd();
    const from = Math.max(0, column - 1 - SHOWN_BEFORE);
    const start = from > 0 ? '…' : '';
    const end = from + MAX_SHOWN < fullLine.length ? '…' : '';
    const blank = ' '.repeat(String(line).length);
    const caret = ' '.repeat(start.length + column - 1 - from);
    return `  ${line} | ${start}${fullLine.slice(from, from + MAX_SHOWN)}${end}\n  ${blank} | ${caret}^`;
}
