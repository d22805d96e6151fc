import { isEngineError } from '../errors/engine-error.js';
import { serializeError, type SerializedError } from '../errors/serialize.js';
import { inWordsOfCommands } from './in-words-of-commands.js';
import { harmless } from './terminal/harmless.js';
import type { Output } from './terminal/output.js';

/** Exit codes of what did not work. */
const FAILED = 1;
const BAD_USAGE = 2;

/** How {@link reportError} is to tell. */
export interface ReportErrorOptions {
    /** Also the code, the details and the stack. */
    readonly isVerbose: boolean;
    /** In the shape that errors of the API have: `{ "error": { "type", "message" } }`. */
    readonly isJson: boolean;
}

/**
 * Tells on stderr what went wrong, and what to do.
 *
 * @returns The exit code: 2 for a command line that cannot be understood, else 1.
 */
export function reportError(thrown: unknown, output: Output, { isVerbose, isJson }: ReportErrorOptions): number {
    const isUsage = isEngineError(thrown) && thrown.code === 'bad-usage';
    const error = serializeError(thrown);
    error.message = inWordsOfCommands(error.message);
    if (isJson) tellAsJson(error, output, isVerbose);
    else tellPeople(error, thrown, { output, isVerbose });
    return isUsage ? BAD_USAGE : FAILED;
}

function tellAsJson({ code, message, details, stack }: SerializedError, output: Output, isVerbose: boolean): void {
    const error = { type: code ?? 'internal-error', message, ...(isVerbose && { details, stack }) };
    output.line(JSON.stringify({ error }));
}

function tellPeople(
    error: SerializedError,
    thrown: unknown,
    { output, isVerbose }: { output: Output; isVerbose: boolean },
): void {
    output.line(`${output.paint('red', 'error:')} ${harmless(error.message)}`);
    if (isEngineError(thrown) && thrown.code === 'bad-usage') {
        output.line(output.paint('dim', helpLine(thrown.details['command'])));
    } else if (isVerbose) tellAll(error, output);
    else if (!isEngineError(thrown)) output.line(output.paint('dim', 'This may be a bug. See more with --verbose.'));
}

function helpLine(command: unknown): string {
    return `See \`greenroom ${typeof command === 'string' ? `${command} ` : ''}--help\`.`;
}

function tellAll(error: SerializedError, output: Output): void {
    if (error.code !== undefined) output.line(`code: ${error.code}`);
    if (Object.keys(error.details ?? {}).length > 0) output.line(`details: ${JSON.stringify(error.details)}`);
    for (let one: SerializedError | undefined = error; one !== undefined; one = one.cause) {
        if (one !== error) output.line(`caused by: ${harmless(one.message)}`);
        if (one.stack !== undefined) output.line(output.paint('dim', harmless(one.stack)));
    }
}
