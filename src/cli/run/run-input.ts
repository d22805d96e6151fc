import { once } from 'node:events';
import { fstatSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { EngineError } from '../../errors/engine-error.js';
import { isJsonObject } from '../../util/json/json.js';
import { fromJson5 } from '../../storage/crawlee-format/json5.js';
import { ifExists } from '../../storage/file/fs-error.js';
import { findClosest } from '../../util/check.js';
import { usageError } from '../errors.js';
import { parseJson, readInputFile } from '../input.js';
import { withKeyValues, type KeyValue } from './key-values.js';
import type { Cli } from '../cli.js';

/** The input as written, before the Actor's schema is known. */
export interface InputSource {
    /** JSON; undefined for no input. */
    readonly text: string | undefined;
    /** Its origin, for messages: `the input in input.json`. */
    readonly label: string;
}

/** Milliseconds within which a pipe must send its first data. */
const STDIN_TIMEOUT_MILLIS = 300;
const STDIN_NOTE_MILLIS = 3000;

/**
 * Reads the input from `--input` or `--input-file`; without them and without `key=value` arguments, from stdin.
 *
 * @throws EngineError `bad-usage`, or `invalid-input` with the position of invalid JSON.
 */
export async function readInput(
    cli: Cli,
    { input, inputFile: file }: { readonly input?: string; readonly inputFile?: string },
    hasPairs: boolean,
): Promise<InputSource> {
    if (input !== undefined && file !== undefined)
        throw usageError('--input and --input-file cannot be combined. Leave one of them out.');
    if (input !== undefined) return checkJson(input, 'the value of --input');
    if (file === '-') return checkJson(await text(cli.stdin), 'the input on stdin');
    if (file !== undefined)
        return checkJson((await readInputFile(resolve(cli.cwd, file), file)).toString(), `the input in ${file}`);
    return checkJson(hasPairs ? undefined : await readPipedInput(cli), 'the input on stdin');
}

/** Reads the `INPUT.json` of a folder in Crawlee's layout, as `apify run` does: it may be JSON5. */
export function readStoredInput(folder: string): InputSource | undefined {
    const path = join(folder, 'storage', 'key_value_stores', 'default', 'INPUT.json');
    const stored = ifExists('read', path, () => readFileSync(path, 'utf8'));
    return stored === undefined || stored.trim() === ''
        ? undefined
        : checkJson(fromJson5(stored) ?? stored, `the input in ${path}`);
}

/** Checks the JSON but keeps its text: JavaScript would round long numbers. */
function checkJson(json: string | undefined, label: string): InputSource {
    if (json !== undefined) parseJson(json, label);
    return { text: json?.replace(/^\uFEFF/, ''), label };
}

/** Returns the input of a run as JSON; undefined for none. The schema determines the types of `key=value` arguments. */
export function buildInput(
    { text: json, label }: InputSource,
    pairs: readonly KeyValue[],
    schema: unknown,
): string | undefined {
    if (pairs.length === 0) return json;
    const input = json === undefined ? {} : parseJson(json, label);
    if (isJsonObject(input)) return JSON.stringify(withKeyValues(input, pairs, schema));
    const subject = label.replace(/^the /, 'The ');
    const message = `${subject} is not an object, so properties cannot be set. Leave out ${pairs[0]!.path.join('.')}=…, or pass an object.`;
    throw new EngineError('invalid-input', message);
}

/** Returns a hint for each key of an input that is not in its schema; none if the schema itself forbids additional keys. */
export function findUnknownKeys(input: string | undefined, schema: unknown): string[] {
    const { properties, additionalProperties } = Object(schema) as Record<string, unknown>;
    const value: unknown = input === undefined ? undefined : JSON.parse(input);
    if (!isJsonObject(properties) || additionalProperties === false || !isJsonObject(value)) return [];
    const known = Object.keys(properties);
    return Object.keys(value)
        .filter((key) => !known.includes(key))
        .map((key) => {
            const near = findClosest(key, known);
            return `Unknown input key "${key}".${near === undefined ? '' : ` Did you mean "${near}"?`}`;
        });
}

/**
 * Reads stdin if it is a file or a pipe with data. A silent pipe is ignored: many programs pass one to their child processes and
 * never close it.
 */
async function readPipedInput({ stdin, err }: Cli): Promise<string | undefined> {
    const kind = kindOf(stdin);
    if (kind === 'other') return undefined;
    if (kind === 'pipe' && !(await hasData(stdin))) {
        stdin.unref?.();
        return undefined;
    }
    if (stdin.readableEnded) return undefined;
    const timer = setTimeout(() => err.line('Waiting for the end of the input on stdin…'), STDIN_NOTE_MILLIS).unref();
    const input = await text(stdin);
    clearTimeout(timer);
    return input.trim() === '' ? undefined : input;
}

function kindOf(stdin: NodeJS.ReadStream): 'file' | 'pipe' | 'other' {
    if (stdin.isTTY) return 'other';
    try {
        const stats = fstatSync(0);
        if (stats.isFile()) return 'file';
        return stats.isFIFO() || stats.isSocket() ? 'pipe' : 'other';
    } catch {
        // Stdin is closed.
        return 'other';
    }
}

/** Waits for data, the end or a timeout. Returns true if data has arrived. */
async function hasData(stdin: NodeJS.ReadStream): Promise<boolean> {
    const signal = AbortSignal.timeout(STDIN_TIMEOUT_MILLIS);
    await Promise.race([once(stdin, 'readable', { signal }), once(stdin, 'end', { signal })]).catch(() => {});
    return stdin.readableLength > 0;
}
