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
    return createEngine({ ...options, logger });
}
