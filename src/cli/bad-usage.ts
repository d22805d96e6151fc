import { EngineError } from '../errors/engine-error.js';

/**
 * The error for a command line that cannot be understood, or that contradicts itself: exit code 2.
 *
 * @param command - Whose help is recommended. Default: that of the program.
 */
export function badUsage(message: string, command?: string): EngineError {
    return new EngineError('bad-usage', message, { details: command === undefined ? {} : { command } });
}
