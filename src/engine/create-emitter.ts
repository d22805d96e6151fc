import { setImmediate } from 'node:timers';
import { createEmitter, type Emitter } from '../util/emitter.js';
import type { EngineEvents } from '../model/events.js';
import type { ResolvedEngineOptions } from './options/options.js';

type Warning = EngineEvents['warning'];

/** The events of an engine, and the reports on the state of its data. */
export interface EngineEmitter {
    emitter: Emitter<EngineEvents>;
    warnAboutData: (message: string) => void;
    /** To be called once others can listen. */
    markOpened: () => void;
}

/** Creates the emitter of an engine's events. A listener that throws becomes a warning, and warnings go to the logger. */
export function createEngineEmitter({ logger }: ResolvedEngineOptions): EngineEmitter {
    const onListenerError = (error: unknown, name: keyof EngineEvents): void => {
        const message = `A listener for \`${name}\` threw.`;
        // A listener for warnings that throws is only logged: reporting it to itself would never end.
        if (name === 'warning') logger?.error(message, error);
        else emitter.emit('warning', { message, error });
    };
    const emitter = createEmitter<EngineEvents>(onListenerError);
    const missed = new MissedWarnings(logger !== undefined);
    emitter.on('warning', (warning) => missed.isOpening && missed.note(warning));
    if (logger) {
        emitter.on('warning', ({ message, error }) => logger.warn(message, error));
        emitter.on('run.inspector-opened', ({ run, url }) =>
            logger.info(`Run \`${run.id}\` can be debugged at ${url}.`),
        );
    }
    const on: Emitter<EngineEvents>['on'] = (name, listener) => {
        if (name === 'warning') {
            const late = createEmitter<EngineEvents>(onListenerError);
            late.on(name, listener);
            // Not before the listener's owner knows how to stop it.
            const warnings = missed.take();
            queueMicrotask(() => warnings.forEach((warning) => late.emit('warning', warning)));
        }
        return emitter.on(name, listener);
    };
    const warnOfData = (message: string): void => {
        // While the engine opens, the listener above notes it. After the engine has closed, no listener is left.
        if (!missed.isOpening) missed.note({ message });
        emitter.emit('warning', { message });
    };
    return { emitter: { ...emitter, on }, warnAboutData: warnOfData, markOpened: () => missed.opened() };
}

/** Maximum number of warnings that are kept for the first listener. */
const MAX_KEPT = 1000;

/**
 * Keeps the warnings that an engine emits while it opens, when no one can listen yet, and those on the state of its data at any time:
 * a cut tail, a document that cannot be read. The first listener for warnings gets them; if there is neither a listener nor a logger,
 * the process emits a warning, as Node's own modules do.
 */
class MissedWarnings {
    readonly #hasLogger: boolean;
    #isOpening = true;
    #hasListener = false;
    #kept: Warning[] = [];
    #unheard: string[] = [];

    constructor(hasLogger: boolean) {
        this.#hasLogger = hasLogger;
    }

    get isOpening(): boolean {
        return this.#isOpening;
    }

    note(warning: Warning): void {
        if (this.#hasListener) return;
        if (this.#kept.length < MAX_KEPT) this.#kept.push(warning);
        if (this.#hasLogger) return;
        this.#unheard.push(warning.message);
        if (!this.#isOpening) this.#warnSoon();
    }

    /** Ends the opening: others can listen from now on. */
    opened(): void {
        this.#isOpening = false;
        this.#warnSoon();
    }

    /** Returns what the first listener has missed; nothing more is kept after that. */
    take(): Warning[] {
        const missed = this.#kept;
        this.#hasListener = true;
        this.#kept = [];
        this.#unheard = [];
        return missed;
    }

    /** Leaves the caller that awaits the engine the time to listen. */
    #warnSoon(): void {
        if (this.#unheard.length > 0) setImmediate(() => setImmediate(() => this.#warnOfUnheard()));
    }

    #warnOfUnheard(): void {
        const [first, ...others] = this.#unheard;
        this.#unheard = [];
        if (first === undefined) return;
        const more = others.length === 0 ? '' : ` There are ${others.length} more.`;
        process.emitWarning(`${first}${more}`, {
            type: 'GreenroomWarning',
            detail: 'Give the engine a `logger`, or listen to its event `warning`, to hear all of them.',
        });
    }
}
