import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errnoOf } from '../storage/disk-error.js';
import { readStdin } from './read-stdin.js';
import type { CommandCall } from './command.js';

/** What was given to a command, and where it came from, as messages call it. */
export interface Given {
    readonly bytes: Buffer;
    readonly source: string;
    /** The path of the file, if it is one. */
    readonly file?: string;
}

/**
 * What was given to a command: as an argument, with `--file`, or on stdin.
 *
 * @param argument - The argument; undefined if it was left out.
 * @param what - `the items`.
 * @throws EngineError `bad-usage` if there is nothing, or more than one, or no such file.
 */
export async function readGiven(call: CommandCall, argument: string | undefined, what: string): Promise<Given> {
    const { words, cwd, terminal } = call;
    const named = words.text('file');
    if (argument !== undefined && named !== undefined) {
        throw words.bad(`There are two of ${what}: an argument and --file. Leave one of them out.`);
    }
    if (argument !== undefined && argument !== '-') {
        return { bytes: Buffer.from(argument), source: capital(what) };
    }
    if (named !== undefined && named !== '-') {
        const file = resolve(cwd, named);
        return { bytes: await readNamed(call, file, named), source: named, file };
    }
    const bytes = await readStdin(terminal);
    if (bytes !== undefined) return { bytes, source: `${capital(what)} on stdin` };
    throw words.bad(
        `Where ${what} is to come from is missing. Give it as an argument, with --file FILE, or in a pipe.`,
    );
}

async function readNamed({ words }: CommandCall, file: string, named: string): Promise<Buffer> {
    try {
        return await readFile(file);
    } catch (cause) {
        const why =
            errnoOf(cause) === 'ENOENT' ? 'does not exist' : `cannot be read (${errnoOf(cause) ?? String(cause)})`;
        throw words.bad(`The file '${named}' ${why}.`);
    }
}

function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
