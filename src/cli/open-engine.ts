import { harmless } from './terminal/harmless.js';
import type { Engine } from '../engine/engine.js';
import type { EngineOptions } from '../engine/options.js';
import type { CommandCall } from './command.js';

/** Opens an engine for a command: it is loaded only then, and its warnings go to stderr. */
export async function openEngine({ terminal }: CommandCall, options: EngineOptions): Promise<Engine> {
    const { createEngine } = await import('../engine/create-engine.js');
    const { err } = terminal;
    const engine = await createEngine(options);
    engine.on('warning', ({ message }) => err.line(`${err.paint('yellow', 'warning:')} ${harmless(message)}`));
    return engine;
}
