import type { Cli } from './cli.js';

/** The first request to stop is graceful, the second one forced. */
export type Interruption = 'first' | 'second';

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Exit codes of a process that a signal has ended, as in shells. */
const SIGNAL_EXIT_CODES: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** The same signal twice within this time is one: npm passes on what the terminal has already sent to all processes. */
const ECHO_MILLIS = 80;

/** Listens to Ctrl+C and the signals that end a process. The third one exits at once. */
export class Interrupts {
    #count = 0;
    #last: { readonly signal: StopSignal; readonly at: number } | undefined;
    #signal: StopSignal | undefined;
    #listener: (interruption: Interruption) => void = () => {};
    #settle: () => void = () => {};
    /** Settles at the first interruption. */
    readonly requested = new Promise<void>((resolve) => {
        this.#settle = resolve;
    });
    readonly #onSignal = (signal: StopSignal): void => this.#receive(signal);

    constructor() {
        for (const signal of signalNames()) process.on(signal, this.#onSignal);
    }

    /** Sets the listener; it is called at once if there was an interruption before. */
    listen(listener: (interruption: Interruption) => void): void {
        this.#listener = listener;
        if (this.#count > 0) listener(this.#count === 1 ? 'first' : 'second');
    }

    /** The exit code of the first signal, if there was one. */
    get exitCode(): number | undefined {
        return this.#signal && SIGNAL_EXIT_CODES[this.#signal];
    }

    /** Restores the default behaviour of signals. */
    stop(): void {
        for (const signal of signalNames()) process.off(signal, this.#onSignal);
    }

    #receive(signal: StopSignal): void {
        const at = performance.now();
        const last = this.#last;
        this.#last = { signal, at };
        if (last?.signal === signal && at - last.at < ECHO_MILLIS) return;
        this.#signal ??= signal;
        this.#count++;
        if (this.#count > 2) process.exit(SIGNAL_EXIT_CODES[this.#signal]);
        this.#settle();
        this.#listener(this.#count === 1 ? 'first' : 'second');
    }
}

/**
 * Does work that Ctrl+C cancels without leaving anything half done; then the exit code is that of the signal.
 *
 * @param whenCancelled - Printed after a cancellation.
 * @param work - Ends soon after its signal is aborted.
 */
export async function untilInterrupted<Value>(
    cli: Cli,
    whenCancelled: string,
    work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value | undefined> {
    const interrupts = new Interrupts();
    const cancel = new AbortController();
    interrupts.listen(() => cancel.abort());
    try {
        return await work(cancel.signal);
    } catch (error) {
        if (interrupts.exitCode === undefined) throw error;
        cli.terminal.err.line(whenCancelled);
        cli.exitCode = interrupts.exitCode;
        return undefined;
    } finally {
        interrupts.stop();
    }
}

function signalNames(): StopSignal[] {
    return Object.keys(SIGNAL_EXIT_CODES) as StopSignal[];
}
