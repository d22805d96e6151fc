/** How often somebody has asked to stop: once is a wish, twice an order. */
export type Interruption = 'first' | 'second';

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** The exit codes of a process that a signal has ended, as shells have them. */
const SIGNAL_EXIT_CODES: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** The same signal twice at the same moment is one: npm passes on what the terminal has sent to everybody already. */
const ECHO_MILLIS = 80;

/** Listens to Ctrl+C, and to what asks a process to end. The third time the process ends at once. */
export class Interrupts {
    #count = 0;
    #last: { readonly signal: StopSignal; readonly at: number } | undefined;
    #signal: StopSignal | undefined;
    #listener: (interruption: Interruption) => void = () => {};
    #tellAsked: () => void = () => {};
    /** Settles at the first one. */
    readonly asked = new Promise<void>((resolve) => {
        this.#tellAsked = resolve;
    });
    readonly #onSignal = (signal: StopSignal): void => this.#take(signal);

    constructor() {
        for (const signal of signalNames()) process.on(signal, this.#onSignal);
    }

    /** Who is told; at once, if there has been one already. */
    listen(listener: (interruption: Interruption) => void): void {
        this.#listener = listener;
        if (this.#count > 0) listener(this.#count === 1 ? 'first' : 'second');
    }

    /** The code to exit with, if there was a signal. */
    get exitCode(): number | undefined {
        return this.#signal && SIGNAL_EXIT_CODES[this.#signal];
    }

    /** Signals do again what they do by themselves. */
    stop(): void {
        for (const signal of signalNames()) process.off(signal, this.#onSignal);
    }

    #take(signal: StopSignal): void {
        const at = performance.now();
        const last = this.#last;
        this.#last = { signal, at };
        if (last?.signal === signal && at - last.at < ECHO_MILLIS) return;
        this.#signal ??= signal;
        this.#count++;
        if (this.#count > 2) process.exit(SIGNAL_EXIT_CODES[this.#signal]);
        this.#tellAsked();
        this.#listener(this.#count === 1 ? 'first' : 'second');
    }
}

function signalNames(): StopSignal[] {
    return Object.keys(SIGNAL_EXIT_CODES) as StopSignal[];
}
