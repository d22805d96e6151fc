import { once } from 'node:events';
import { fstatSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { EngineError } from '../../errors/engine-error.js';
import { isJsonObject } from '../../util/json/json.js';
import { ifExists } from '../../storage/file/fs-error.js';
import { nearMiss } from '../../util/check.js';
import { usageError } from '../errors.js';
import { parseJson, readInputFile } from '../input.js';
import { withKeyValues, type KeyValue } from './key-values.js';
import type { Cli } from '../cli.js';

/** The input as it was given, before the Actor's schema is known. */
export interface GivenInput {
    /** JSON; undefined if none was given. */
    readonly text: string | undefined;
    /** Its origin, for messages: `The input in input.json`. */
    readonly what: string;
}

/** How long a pipe may take until its first data, in milliseconds. */
const STDIN_MILLIS = 300;
const STDIN_NOTE_MILLIS = 3000;

/**
 * Reads the input of `--input` or `--input-file`, else what is piped in, unless there are `key=value` arguments.
 *
 * @throws EngineError `bad-usage`, or `invalid-input` with the position of what is not JSON.
 */
export async function readGivenInput(
    cli: Cli,
    { input, inputFile: file }: { readonly input?: string; readonly inputFile?: string },
    hasPairs: boolean,
): Promise<GivenInput> {
    if (input !== undefined && file !== undefined)
        throw usageError('--input and --input-file are two inputs. Leave one of them out.');
    if (input !== undefined) return checked(input, 'The input of --input');
    if (file === '-') return checked(await text(cli.stdin), 'The input on stdin');
    if (file !== undefined)
        return checked((await readInputFile(resolve(cli.cwd, file), file)).toString(), `The input in ${file}`);
    return checked(hasPairs ? undefined : await readPipedInput(cli), 'The input on stdin');
}

/** Reads the `INPUT.json` of a folder in Crawlee's layout, as `apify run` does. */
export function readStoredInput(folder: string): GivenInput | undefined {
    const path = join(folder, 'storage', 'key_value_stores', 'default', 'INPUT.json');
    const stored = ifExists('read', path, () => readFileSync(path, 'utf8'));
    return stored === undefined || stored.trim() === '' ? undefined : checked(stored, `The input in ${path}`);
}

/** Keeps the text: JavaScript would round long numbers. */
function checked(json: string | undefined, what: string): GivenInput {
    if (json !== undefined) parseJson(json, what);
    return { text: json?.replace(/^\uFEFF/, ''), what };
}

/** Returns the input of a run as JSON; undefined for none. The schema decides about the types of `key=value` arguments. */
export function buildInput(
    { text: json, what }: GivenInput,
    pairs: readonly KeyValue[],
    schema: unknown,
): string | undefined {
    if (pairs.length === 0) return json;
    const input = json === undefined ? {} : parseJson(json, what);
    if (isJsonObject(input)) return JSON.stringify(withKeyValues(input, pairs, schema));
    const message = `${what} is not an object, so no property can be set. Leave out ${pairs[0]!.path.join('.')}=…, or give an object.`;
    throw new EngineError('invalid-input', message);
}

/** Returns a hint for each key of an input that its schema does not have. A schema that forbids such keys refuses them. */
export function findUnknownKeys(input: string | undefined, schema: unknown): string[] {
    const { properties, additionalProperties } = Object(schema) as Record<string, unknown>;
    const value: unknown = input === undefined ? undefined : JSON.parse(input);
    if (!isJsonObject(properties) || additionalProperties === false || !isJsonObject(value)) return [];
    const known = Object.keys(properties);
    return Object.keys(value)
        .filter((key) => !known.includes(key))
        .map((key) => {
            const near = nearMiss(key, known);
            return `Unknown input key "${key}".${near === undefined ? '' : ` Did you mean "${near}"?`}`;
        });
}

/**
 * Reads stdin if it is a file or a pipe with data. A pipe that stays silent is left alone: many programs give one to their child
 * processes and never close it.
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
        // It is closed.
        return 'other';
    }
}

/** Settles at the first data, at the end, or after a time of silence. */
async function hasData(stdin: NodeJS.ReadStream): Promise<boolean> {
    const signal = AbortSignal.timeout(STDIN_MILLIS);
    await Promise.race([once(stdin, 'readable', { signal }), once(stdin, 'end', { signal })]).catch(() => {});
    return stdin.readableLength > 0;
}
