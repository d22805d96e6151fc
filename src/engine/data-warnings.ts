import { setImmediate } from 'node:timers';
import type { EngineEvents } from '../model/events.js';
import type { Emitter } from '../util/emitter.js';

type Warning = EngineEvents['warning'];

/** So many are kept for whoever listens late. */
const MOST_KEPT = 1000;

/**
 * Sees to it that somebody hears what is said while an engine opens, when nobody can listen yet, and what has become of kept data
 * at any time: a cut tail, a document that cannot be read. That is told to the logger at once and to the first listener for
 * warnings; where there is neither, the process warns of it, as Node's own parts do.
 */
export class DataWarnings {
    readonly #emitter: Emitter<EngineEvents>;
    readonly #hasLogger: boolean;
    #isOpening = true;
    #hasListener = false;
    #kept: Warning[] = [];
    #unheard: string[] = [];

    constructor(emitter: Emitter<EngineEvents>, hasLogger: boolean) {
        this.#emitter = emitter;
        this.#hasLogger = hasLogger;
    }

    /** Tells everybody who can hear it, now or later. */
    tell(warning: Warning, isOfData: boolean): void {
        this.#emitter.emit('warning', warning);
        if (this.#hasListener || !(this.#isOpening || isOfData)) return;
        if (this.#kept.length < MOST_KEPT) this.#kept.push(warning);
        if (this.#hasLogger) return;
        this.#unheard.push(warning.message);
        if (!this.#isOpening) this.#warnSoon();
    }

    /** Says that others can listen from now on. */
    opened(): void {
        this.#isOpening = false;
        this.#warnSoon();
    }

    /** What the first listener has missed; there are no more to be kept from then on. */
    takeMissed(): Warning[] {
        const missed = this.#kept;
        this.#hasListener = true;
        this.#kept = [];
        this.#unheard = [];
        return missed;
    }

    /** Not before whoever awaits the engine has had the time to listen. */
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
