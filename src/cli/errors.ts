import { EngineError, isEngineError } from '../errors/engine-error.js';
import { rewordRemedy, type Remedy } from '../errors/remedies.js';
import { serializeError, type SerializedError } from '../errors/serialize.js';
import { escapeControlCharacters } from './ui/escape-control-characters.js';
import type { Cli } from './cli.js';
import type { Output } from './ui/terminal.js';

const FAILED = 1;
const BAD_USAGE = 2;

/** The advice of errors in terms of commands. */
const COMMAND_REMEDIES: Readonly<Record<Remedy, string>> = {
    'add-actor': 'Serve its folder: greenroom dev FOLDER.',
    'add-path': 'Serve it: greenroom dev FOLDER. Then use its name.',
    'add-function': 'Only the program that added it can run it.',
    'add-memory': 'Pass less memory to the run (--memory), or more to `greenroom dev` (--memory).',
    'allowed-host': 'Use that host, or start the server with --allow-host NAME.',
    'allowed-origin': 'To permit it, start the server with --allow-origin ORIGIN.',
    'close-engine':
        'Wait until it ends, or choose another directory: --storage DIR. For several runs at once, start a server: greenroom dev.',
    'create-build': 'Leave out --build for the default one.',
    'default-host': 'Leave out --host to listen at 127.0.0.1.',
    'empty-storage-dir': 'Choose one that is empty or does not exist yet: --storage DIR.',
    'free-port':
        'Close the program that listens there, choose another port, or leave out --port to listen at a free one.',
    'import-storages': 'Choose another one with --storage DIR, and import the storages: greenroom import DIR.',
    'overwrite-directory': 'Add --overwrite to replace its contents, or export to another directory.',
    'overwrite-storage': 'Add --overwrite to replace it, or rename one of the two.',
    'same-greenroom': 'Open it with the greenroom that wrote it, or choose another directory: --storage DIR.',
    token: 'Pass the token that the server printed when it started: --token TOKEN or GREENROOM_TOKEN.',
    'update-greenroom': 'Update greenroom, or choose another directory: --storage DIR.',
};

/** Creates the error for a wrong command line: exit code 2. */
export function usageError(message: string): EngineError {
    return new EngineError('bad-usage', message);
}

/**
 * Prints an error on stderr, as text or in the shape of the API's errors, and returns the exit code: 2 for a wrong command line,
 * with a reference to the help of `command`, else 1.
 */
export function reportError(thrown: unknown, cli: Cli, command: string, isJson = false): number {
    const output = cli.err;
    const isUsage = isEngineError(thrown) && thrown.code === 'bad-usage';
    const error = serializeError(thrown);
    error.message = commandMessage(error);
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

/** Returns the message of an error with its remedy in terms of commands. */
export function commandMessage(error: Pick<SerializedError, 'message' | 'details'>): string {
    return rewordRemedy(error, COMMAND_REMEDIES);
}

function printDetails(error: SerializedError, output: Output): void {
    if (error.code !== undefined) output.line(`code: ${error.code}`);
    if (Object.keys(error.details ?? {}).length > 0) output.line(`details: ${JSON.stringify(error.details)}`);
    for (let current: SerializedError | undefined = error; current !== undefined; current = current.cause) {
        if (current !== error) output.line(`caused by: ${escapeControlCharacters(current.message)}`);
        if (current.stack !== undefined) output.line(output.paint('dim', escapeControlCharacters(current.stack)));
    }
}
