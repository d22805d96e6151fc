import { EngineError, isEngineError } from '../errors/engine-error.js';
import { serializeError, type SerializedError } from '../errors/serialize.js';
import { escapeControlCharacters } from './ui/escape-control-characters.js';
import type { Cli } from './cli.js';
import type { Output } from './ui/terminal.js';

const FAILED = 1;
const BAD_USAGE = 2;

/** Advice of the library and the API, and the same for the command line. */
const REMEDIES: readonly (readonly [library: string, command: string])[] = [
    ['another `storageDir`', 'another directory with --storage DIR'],
    ['a `storageDir` on one', 'a directory on one, with --storage DIR,'],
    ['Set `overwrite: true`', 'Add --overwrite'],
    ['Send `Authorization: Bearer <token>`, with the token of the engine: `engine.token`. ', ''],
];

/** Creates the error for a wrong command line: exit code 2. */
export function usageError(message: string): EngineError {
    return new EngineError('bad-usage', message);
}

/**
 * Prints an error on stderr, for people or in the shape of the API's errors, and returns the exit code: 2 for a wrong command
 * line, for which the help of `command` is recommended, else 1.
 */
export function reportError(thrown: unknown, cli: Cli, command: string, isJson = false): number {
    const output = cli.err;
    const isUsage = isEngineError(thrown) && thrown.code === 'bad-usage';
    const error = serializeError(thrown);
    error.message = inCommandTerms(error.message);
    if (isJson) {
        const { code: type = 'internal-error', message, details, stack } = error;
        output.line(JSON.stringify({ error: { type, message, ...(cli.isVerbose && { details, stack }) } }));
    } else {
        output.line(`${output.paint('red', 'error:')} ${escapeControlCharacters(error.message)}`);
        if (isUsage) output.line(output.paint('dim', `See \`${command} --help\`.`));
        else if (cli.isVerbose) printDetails(error, output);
        else if (!isEngineError(thrown))
            output.line(output.paint('dim', 'This may be a bug. See more with --verbose.'));
    }
    return isUsage ? BAD_USAGE : FAILED;
}

/** Replaces the library's options in a message by those of commands. */
export function inCommandTerms(message: string): string {
    return REMEDIES.reduce((text, [library, command]) => text.replaceAll(library, command), message);
}

function printDetails(error: SerializedError, output: Output): void {
    if (error.code !== undefined) output.line(`code: ${error.code}`);
    if (Object.keys(error.details ?? {}).length > 0) output.line(`details: ${JSON.stringify(error.details)}`);
    for (let one: SerializedError | undefined = error; one !== undefined; one = one.cause) {
        if (one !== error) output.line(`caused by: ${escapeControlCharacters(one.message)}`);
        if (one.stack !== undefined) output.line(output.paint('dim', escapeControlCharacters(one.stack)));
    }
}
