import { EngineError, isEngineError } from '../errors/engine-error.js';
import { formatTime } from './terminal/units.js';
import { harmless } from './terminal/harmless.js';
import type { Engine } from '../engine/engine.js';
import type { EngineLogger, EngineOptions } from '../engine/options.js';
import type { CommandCall } from './command.js';

/**
 * Opens an engine for a command: it is loaded only then.
 *
 * @param warn - Where a line with a warning goes. Default: to stderr.
 */
export async function openEngine(
    { terminal: { err } }: CommandCall,
    options: EngineOptions,
    warn: (line: string) => void = (line) => err.line(line),
): Promise<Engine> {
    const { createEngine } = await import('../engine/create-engine.js');
    const tell = (message: string): void => warn(`${err.paint('yellow', 'warning:')} ${harmless(message)}`);
    // By the logger and not by events, which nobody can listen to before it is open.
    const logger: EngineLogger = { debug: () => {}, info: () => {}, warn: tell, error: tell };
    try {
        return await createEngine({ ...options, logger });
    } catch (error) {
        if (isEngineError(error) && error.code === 'storage-in-use') throw inUse(error);
        throw error;
    }
}

/** The same in the words of the command line, where nobody has an engine in hand. */
function inUse(error: EngineError): EngineError {
    const { directory, pid, claimedAt } = error.details;
    const message =
        `The storage directory \`${String(directory)}\` is in use by process ${String(pid)} since ${formatTime(String(claimedAt))}, ` +
        'which may be another `greenroom run`. Wait for its end, or choose another directory: --storage DIR. ' +
        'For several runs at once, leave the directory to a server: greenroom dev.';
    return new EngineError('storage-in-use', message, { details: error.details, cause: error });
}
