import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errnoOf } from '../../storage/disk-error.js';
import { readJson } from '../read-json.js';
import type { CommandCall } from '../command.js';

/**
 * The input that is to be kept for later runs: that of `--input` or `--input-file`, as JSON; undefined if there is none.
 *
 * @throws EngineError `bad-usage`, or `invalid-input` with the place of what is not JSON.
 */
export async function readGivenInput({ words, cwd }: CommandCall): Promise<string | undefined> {
    const given = words.text('input');
    const file = words.text('input-file');
    if (given !== undefined && file !== undefined) {
        throw words.bad('--input and --input-file are two inputs. Leave one of them out.');
    }
    if (given !== undefined) {
        readJson(given, 'The input of --input');
        return given;
    }
    if (file === undefined) return undefined;
    const text = await readFile(resolve(cwd, file), 'utf8').catch((cause: unknown) => {
        const why = errnoOf(cause) === 'ENOENT' ? 'there is no such file' : (errnoOf(cause) ?? String(cause));
        throw words.bad(`--input-file ${file} cannot be read: ${why}.`);
    });
    readJson(text, `The input in ${file}`);
    return text;
}
