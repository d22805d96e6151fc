import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { EngineError } from '../errors/engine-error.js';
import { errnoOf } from '../storage/file/fs-error.js';
import { findJsonError } from '../util/json/json.js';
import { usageError } from './errors.js';
import type { Cli } from './cli.js';

/** A value that was given to a command. */
export interface GivenValue {
    readonly bytes: Buffer;
    /** Its origin, for messages: `items.json`. */
    readonly source: string;
    /** Absolute path, if it came from a file. */
    readonly file?: string;
}

const MAX_SHOWN = 72;
const SHOWN_BEFORE = 40;

/**
 * Reads a value from an argument, from `--file` or from stdin.
 *
 * @param what - The value, for messages: `the items`.
 * @throws EngineError `bad-usage` if there is none, or more than one, or no such file.
 */
export async function readGivenValue(
    cli: Cli,
    what: string,
    argument: string | undefined,
    named: string | undefined,
): Promise<GivenValue> {
    const title = what.charAt(0).toUpperCase() + what.slice(1);
    if (argument !== undefined && named !== undefined)
        throw usageError(`Give ${what} either as an argument or with --file. Leave one of them out.`);
    if (argument !== undefined && argument !== '-') return { bytes: Buffer.from(argument), source: title };
    if (named !== undefined && named !== '-') {
        const file = resolve(cli.cwd, named);
        return { bytes: Buffer.from(await readInputFile(file, named)), source: named, file };
    }
    if (cli.stdin.isTTY) throw usageError(`Missing ${what}: pass an argument, --file FILE, or a pipe.`);
    return { bytes: await buffer(cli.stdin), source: `${title} on stdin` };
}

/** Reads a file that the command line names. */
export async function readInputFile(path: string, named: string): Promise<Buffer> {
    try {
        return await readFile(path);
    } catch (cause) {
        const code = errnoOf(cause);
        throw usageError(`The file '${named}' ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}.`);
    }
}

/**
 * Parses JSON that a person has written.
 *
 * @param what - Its origin, as the start of a sentence: `The input in input.json`.
 * @throws EngineError `invalid-input`, which shows the position.
 */
export function parseJson(text: string, what: string): unknown {
    const clean = text.replace(/^\uFEFF/, '');
    try {
        return JSON.parse(clean);
    } catch (cause) {
        if (clean.trim() === '') throw new EngineError('invalid-input', `${what} is empty; expected JSON, such as {}.`);
        const { line, column, problem } = findJsonError(clean);
        const message = `${what} is not valid JSON: line ${line}, column ${column}: ${problem}\n${showPosition(clean, line, column)}`;
        throw new EngineError('invalid-input', message, { details: { line, column }, cause });
    }
}

/** Shows the line of a position, with a caret below it. */
function showPosition(text: string, line: number, column: number): string {
    const whole = (text.split('\n')[line - 1] ?? '').replaceAll('\t', ' ').trimEnd();
    const from = Math.max(0, column - 1 - SHOWN_BEFORE);
    const start = from > 0 ? '…' : '';
    const end = from + MAX_SHOWN < whole.length ? '…' : '';
    const blank = ' '.repeat(String(line).length);
    const caret = ' '.repeat(start.length + column - 1 - from);
    return `  ${line} | ${start}${whole.slice(from, from + MAX_SHOWN)}${end}\n  ${blank} | ${caret}^`;
}
