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
    /** Its origin, for messages: `items.json`. */
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
 * @param label - The value in messages: `the items`.
 * @throws EngineError `bad-usage` if the value or the file is missing, or the value is ambiguous.
 */
export async function readValue(
    cli: Cli,
    label: string,
    argument: string | undefined,
    path: string | undefined,
): Promise<ValueSource> {
    const title = label.charAt(0).toUpperCase() + label.slice(1);
    if (argument !== undefined && path !== undefined)
        throw usageError(`Pass ${label} either as an argument or with --file, not both.`);
    if (argument !== undefined && argument !== '-') return { bytes: Buffer.from(argument), source: title };
    if (path !== undefined && path !== '-') {
        const file = resolve(cli.cwd, path);
        return { bytes: Buffer.from(await readInputFile(file, path)), source: path, file };
    }
    if (cli.stdin.isTTY) throw usageError(`Missing ${label}: pass an argument, --file FILE, or a pipe.`);
    return { bytes: await buffer(cli.stdin), source: `${title} on stdin` };
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
 * @param label - Its origin, as the start of a sentence: `The input in input.json`.
 * @throws EngineError `invalid-input`, with the position of the error.
 */
export function parseJson(text: string, label: string): unknown {
    const clean = text.replace(/^\uFEFF/, '');
    try {
        return JSON.parse(clean);
    } catch (cause) {
        if (clean.trim() === '')
            throw new EngineError('invalid-input', `${label} is empty; expected JSON, such as {}.`);
        const { line, column, problem } = findJsonError(clean);
        const message = `${label} is not valid JSON: line ${line}, column ${column}: ${problem}\n${quotePosition(clean, line, column)}`;
        throw new EngineError('invalid-input', message, { details: { line, column }, cause });
    }
}

/** Quotes the line of a position, with a caret below it. */
function quotePosition(text: string, line: number, column: number): string {
    const fullLine = (text.split('\n')[line - 1] ?? '').replaceAll('\t', ' ').trimEnd();
    const from = Math.max(0, column - 1 - SHOWN_BEFORE);
    const start = from > 0 ? '…' : '';
    const end = from + MAX_SHOWN < fullLine.length ? '…' : '';
    const blank = ' '.repeat(String(line).length);
    const caret = ' '.repeat(start.length + column - 1 - from);
    return `  ${line} | ${start}${fullLine.slice(from, from + MAX_SHOWN)}${end}\n  ${blank} | ${caret}^`;
}
