import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { errnoOf, ifExists } from '../../storage/disk-error.js';
import { badUsage } from '../bad-usage.js';
import { readJson } from '../read-json.js';
import { withKeyValues, type KeyValue } from './key-values.js';
import { readStdin, readWaitingStdin } from './stdin-text.js';
import type { CommandCall } from '../command.js';

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/** The input as it was given, before the Actor's schema is known. */
export interface GivenInput {
    /** JSON, or undefined if none was given. */
    readonly text: string | undefined;
    /** Where it comes from, for messages: `The input in input.json`. */
    readonly what: string;
    /** What the command line sets in it. */
    readonly pairs: readonly KeyValue[];
}

/**
 * Reads the input of a run: that of `--input` or `--input-file`, else what waits on stdin, if no single values are given
 * either.
 *
 * @throws EngineError `bad-usage`, or `invalid-input` with the place of what is not JSON.
 */
export async function readGivenInput(call: CommandCall, pairs: readonly KeyValue[]): Promise<GivenInput> {
    const { text, what } = await readGivenText(call, pairs.length > 0);
    return { text: text === undefined ? undefined : checkJson(text, what), what, pairs };
}

/** The `INPUT.json` of a folder in Crawlee's layout, as `apify run` takes it; undefined if there is none. */
export function readStoredInput(folder: string): Omit<GivenInput, 'pairs'> | undefined {
    const path = join(folder, 'storage', 'key_value_stores', 'default', 'INPUT.json');
    const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
    if (text === undefined || text.trim() === '') return undefined;
    const what = `The input in ${path}`;
    return { text: checkJson(text, what), what };
}

/**
 * The input that a run is started with, as JSON; undefined for none.
 *
 * @param schema - The Actor's input schema, which says of what type single values are.
 */
export function finishInput({ text, what, pairs }: GivenInput, schema: unknown): string | undefined {
    if (pairs.length === 0) return text;
    const input = text === undefined ? {} : readJson(text, what);
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
        const message = `${what} is no object, so that nothing can be set in it. Leave out ${pairs[0]!.path.join('.')}=…, or give an object.`;
        throw new EngineError('invalid-input', message);
    }
    return JSON.stringify(withKeyValues(input as JsonObject, pairs, schema));
}

/** The text is kept as it is, since numbers may be longer than what JavaScript has room for. */
function checkJson(text: string, what: string): string {
    readJson(text, what);
    return text.replace(/^\uFEFF/, '');
}

async function readGivenText(call: CommandCall, hasPairs: boolean): Promise<Omit<GivenInput, 'pairs'>> {
    const { words, terminal, cwd } = call;
    const text = words.text('input');
    const file = words.text('input-file');
    if (text !== undefined && file !== undefined) {
        throw words.bad('--input and --input-file are two inputs. Leave one of them out.');
    }
    if (text !== undefined) return { text, what: 'The input of --input' };
    if (file === '-') return { text: await readStdin(terminal.stdin), what: 'The input on stdin' };
    if (file !== undefined) return { text: readInputFile(resolve(cwd, file)), what: `The input in ${file}` };
    const waiting = hasPairs ? undefined : await readWaitingStdin(terminal);
    return { text: waiting, what: 'The input on stdin' };
}

function readInputFile(path: string): string {
    try {
        return readFileSync(path, 'utf8');
    } catch (error) {
        const reason = errnoOf(error) === 'ENOENT' ? 'there is no such file' : (errnoOf(error) ?? String(error));
        throw badUsage(`--input-file ${path} cannot be read: ${reason}.`, 'run');
    }
}
