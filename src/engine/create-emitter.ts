import { setImmediate } from 'node:timers';
import { checkWord, invalid } from '../util/check.js';
import { createEmitter, type Emitter } from '../util/emitter.js';
import type { EngineEvents } from '../model/events.js';
import type { ResolvedEngineOptions } from './options/options.js';

type Warning = EngineEvents['warning'];

const EVENTS: Readonly<Record<keyof EngineEvents, true>> = {
    'run.created': true,
    'run.status-changed': true,
    'run.status-message': true,
    'run.log': true,
    'run.inspector-opened': true,
    'run.timeout-warning': true,
    'run.finished': true,
    'build.created': true,
    'build.finished': true,
    'webhook.dispatched': true,
    'build.log': true,
    'run.stuck': true,
    'schedule.fired': true,
    'network.unanswered': true,
    warning: true,
};

/** The names of an engine's events. */
export const ENGINE_EVENT_NAMES: readonly string[] = Object.keys(EVENTS);

/** Rejects an unknown event, which would never be emitted, and a listener that is not a function. */
export function checkListener(name: unknown, listener: unknown, names: readonly string[]): void {
    if (typeof name !== 'string') throw invalid('event', name, 'the name of an event');
    checkWord('event', name, names);
    if (typeof listener !== 'function') throw invalid('listener', listener, 'a function');
}

/** The emitter of an engine's events, and its warnings about data. */
export interface EngineEmitter {
    emitter: Emitter<EngineEvents>;
    /** Emits a warning about stored data. It is kept for the first listener, even after the engine has opened. */
    warnAboutData: (message: string) => void;
    /** Call it as soon as the engine is returned to its user, who can then add listeners. */
    markOpened: () => void;
}

/** Creates the emitter of an engine's events. An error that a listener throws becomes a warning; warnings go to the logger. */
export function createEngineEmitter({ logger }: ResolvedEngineOptions): EngineEmitter {
    const onListenerError = (error: unknown, name: keyof EngineEvents): void => {
        const message = `A listener for \`${name}\` threw.`;
        // The error of a `warning` listener is only logged: emitting it as a warning would loop forever.
        if (name === 'warning') logger?.error(message, error);
        else emitter.emit('warning', { message, error });
    };
    const emitter = createEmitter<EngineEvents>(onListenerError);
    const buffer = new WarningBuffer(logger !== undefined);
    emitter.on('warning', (warning) => buffer.isOpening && buffer.add(warning));
    if (logger) {
        emitter.on('warning', ({ message, error }) => logger.warn(message, error));
        emitter.on('run.inspector-opened', ({ run, url }) =>
            logger.info(`Run \`${run.id}\` can be debugged at ${url}.`),
        );
    }
    const on: Emitter<EngineEvents>['on'] = (name, listener) => {
        if (name === 'warning') {
            const replay = createEmitter<EngineEvents>(onListenerError);
            replay.on(name, listener);
            // In a microtask, so that the caller has the unsubscribe function before its listener is called.
            const warnings = buffer.drain();
            queueMicrotask(() => warnings.forEach((warning) => replay.emit('warning', warning)));
        }
        return emitter.on(name, listener);
    };
    const warnAboutData = (message: string): void => {
        // While the engine opens, the listener above buffers it.
        if (!buffer.isOpening) buffer.add({ message });
        emitter.emit('warning', { message });
    };
    return { emitter: { ...emitter, on }, warnAboutData, markOpened: () => buffer.markOpened() };
}

/** Maximum number of warnings that are kept for the first listener. */
const MAX_WARNINGS = 1000;

/**
 * Buffers the warnings that an engine emits while it opens, when no one can listen yet, and all warnings about its data, such as a
 * truncated file or an unreadable document. The first `warning` listener gets them. With neither a listener nor a logger, they
 * become process warnings, as those of Node's own modules.
 */
class WarningBuffer {
    readonly #hasLogger: boolean;
    #isOpening = true;
    #hasListener = false;
    #warnings: Warning[] = [];
    /** Messages that no listener and no logger has received. */
    #unreported: string[] = [];

    constructor(hasLogger: boolean) {
        this.#hasLogger = hasLogger;
    }

    get isOpening(): boolean {
        return this.#isOpening;
    }

    add(warning: Warning): void {
        if (this.#hasListener) return;
        if (this.#warnings.length < MAX_WARNINGS) this.#warnings.push(warning);
        if (this.#hasLogger) return;
        this.#unreported.push(warning.message);
        if (!this.#isOpening) this.#scheduleProcessWarning();
    }

    /** Records that the user of the engine can add listeners from now on. */
    markOpened(): void {
        this.#isOpening = false;
        this.#scheduleProcessWarning();
    }

    /** Returns the buffered warnings for the first listener and stops buffering. */
    drain(): Warning[] {
        const warnings = this.#warnings;
        this.#hasListener = true;
        this.#warnings = [];
        this.#unreported = [];
        return warnings;
    }

    /** Waits for two turns of the event loop, so that a caller that awaits `createEngine()` can add a listener first. */
    #scheduleProcessWarning(): void {
        if (this.#unreported.length > 0) setImmediate(() => setImmediate(() => this.#emitProcessWarning()));
    }

    #emitProcessWarning(): void {
        const [first, ...others] = this.#unreported;
        this.#unreported = [];
        if (first === undefined) return;
        const more = others.length === 0 ? '' : ` (${others.length} more)`;
        process.emitWarning(`${first}${more}`, {
            type: 'GreenroomWarning',
            detail: 'To get all warnings, set the option `logger` or add a listener for the event `warning`.',
        });
    }
}
