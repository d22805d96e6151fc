import { createEmitter, type Emitter } from '../util/emitter.js';
import { DataWarnings } from './data-warnings.js';
import type { EngineEvents } from '../model/events.js';
import type { ResolvedEngineOptions } from './options.js';

/** An engine's events, and the one way in which what has become of its data is told. */
export interface EngineEmitter {
    emitter: Emitter<EngineEvents>;
    warnOfData: (message: string) => void;
    /** To be called once others can listen. */
    opened: () => void;
}

/** Makes the emitter of an engine's events. A listener that throws becomes a warning, and warnings go to the logger. */
export function createEngineEmitter({ logger }: ResolvedEngineOptions): EngineEmitter {
    const onListenerError = (error: unknown, name: keyof EngineEvents): void => {
        const message = `A listener for \`${name}\` threw.`;
        // A listener for warnings that throws is only logged: telling it again would never end.
        if (name === 'warning') logger?.error(message, error);
        else emitter.emit('warning', { message, error });
    };
    const emitter = createEmitter<EngineEvents>(onListenerError);
    if (logger) {
        emitter.on('warning', ({ message, error }) => logger.warn(message, error));
        emitter.on('run.inspector-opened', ({ run, url }) =>
            logger.info(`Run \`${run.id}\` can be debugged at ${url}.`),
        );
    }
    const warnings = new DataWarnings(emitter, logger !== undefined);
    const on: Emitter<EngineEvents>['on'] = (name, listener) => {
        if (name === 'warning') {
            const late = createEmitter<EngineEvents>(onListenerError);
            late.on(name, listener);
            // Not before the listener's owner knows how to stop it.
            const missed = warnings.takeMissed();
            queueMicrotask(() => missed.forEach((warning) => late.emit('warning', warning)));
        }
        return emitter.on(name, listener);
    };
    const emit: Emitter<EngineEvents>['emit'] = (name, event) => {
        if (name === 'warning') warnings.tell(event as EngineEvents['warning'], false);
        else emitter.emit(name, event);
    };
    return {
        emitter: { ...emitter, on, emit },
        warnOfData: (message) => warnings.tell({ message }, true),
        opened: () => warnings.opened(),
    };
}
