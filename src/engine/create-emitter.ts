import { createEmitter, type Emitter } from '../util/emitter.js';
import type { EngineEvents } from '../model/events.js';
import type { ResolvedEngineOptions } from './options.js';

/** The emitter of an engine's events. A listener that throws becomes a warning, and warnings go to the logger. */
export function createEngineEmitter({ logger }: ResolvedEngineOptions): Emitter<EngineEvents> {
    const emitter = createEmitter<EngineEvents>((error, name) => {
        const message = `A listener for \`${name}\` threw.`;
        // A listener for warnings that throws is only logged: telling it again would never end.
        if (name === 'warning') logger?.error(message, error);
        else emitter.emit('warning', { message, error });
    });
    if (logger) {
        emitter.on('warning', ({ message, error }) => logger.warn(message, error));
        emitter.on('run.inspector-opened', ({ run, url }) =>
            logger.info(`Run \`${run.id}\` can be debugged at ${url}.`),
        );
    }
    return emitter;
}
