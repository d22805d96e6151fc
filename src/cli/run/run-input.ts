import { once } from 'node:events';
import { fstatSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { isJsonObject } from '../../util/json.js';
import { ifExists } from '../../storage/disk-error.js';
import { nearMiss } from '../../util/check.js';
import { badUsage } from '../errors.js';
import { parseJson, readInputFile, readStdin } from '../input.js';
import { withKeyValues, type KeyValue } from './key-values.js';
import type { Cli } from '../cli.js';

/** The input as it was given, before the Actor's schema is known. */
export interface GivenInput {
    /** JSON; undefined if none was given. */
    readonly text: string | undefined;
    /** Its origin, for messages: `The input in input.json`. */
    readonly what: string;
    /** The values that `key=value` arguments set in it. */
    readonly pairs: readonly KeyValue[];
}

interface InputOptions {
    readonly input?: string;
    readonly inputFile?: string;
}

/** How long a pipe may take until its first data, in milliseconds. */
const STDIN_MILLIS = 300;
const STDIN_NOTE_MILLIS = 3000;

/**
 * Reads the input of `--input` or `--input-file`, else what is piped in, unless there are `key=value` arguments.
 *
 * @throws EngineError `bad-usage`, or `invalid-input` with the position of what is not JSON.
 */
export async function readGivenInput(cli: Cli, options: InputOptions, pairs: readonly KeyValue[]): Promise<GivenInput> {
    const { text, what } = await readText(cli, options, pairs.length > 0);
    return { text: text === undefined ? undefined : checkJson(text, what), what, pairs };
}

/** Reads the `INPUT.json` of a folder in Crawlee's layout, as `apify run` does. */
export function readStoredInput(folder: string): Omit<GivenInput, 'pairs'> | undefined {
    const path = join(folder, 'storage', 'key_value_stores', 'default', 'INPUT.json');
    const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
    if (text === undefined || text.trim() === '') return undefined;
    const what = `The input in ${path}`;
    return { text: checkJson(text, what), what };
}

/** Returns the input of a run as JSON; undefined for none. The schema decides about the types of single values. */
export function buildInput({ text, what, pairs }: GivenInput, schema: unknown): string | undefined {
    if (pairs.length === 0) return text;
    const input = text === undefined ? {} : parseJson(text, what);
    if (!isJsonObject(input)) {
        const message = `${what} is not an object, so no property can be set. Leave out ${pairs[0]!.path.join('.')}=…, or give an object.`;
        throw new EngineError('invalid-input', message);
    }
    return JSON.stringify(withKeyValues(input, pairs, schema));
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

/** Keeps the text: JavaScript would round long numbers. */
function checkJson(text: string, what: string): string {
    parseJson(text, what);
    return text.replace(/^\uFEFF/, '');
}

async function readText(
    cli: Cli,
    { input: text, inputFile: file }: InputOptions,
    hasPairs: boolean,
): Promise<Omit<GivenInput, 'pairs'>> {
    const { stdin } = cli;
    if (text !== undefined && file !== undefined)
        throw badUsage('--input and --input-file are two inputs. Leave one of them out.');
    if (text !== undefined) return { text, what: 'The input of --input' };
    if (file === '-') return { text: (await readStdin(stdin)).toString(), what: 'The input on stdin' };
    if (file !== undefined) {
        const bytes = await readInputFile(resolve(cli.cwd, file), file);
        return { text: bytes.toString(), what: `The input in ${file}` };
    }
    return { text: hasPairs ? undefined : await readPipedInput(cli), what: 'The input on stdin' };
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
    const text = (await readStdin(stdin)).toString();
    clearTimeout(timer);
    return text.trim() === '' ? undefined : text;
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
