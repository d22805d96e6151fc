import type { Cli } from './cli.js';

/** Exit codes of a process that a signal has ended, as in shells. */
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
type StopSignal = keyof typeof SIGNAL_EXIT_CODES;

/** The same signal twice within this time is one: npm passes on what the terminal has already sent to all processes. */
const ECHO_MILLIS = 80;

/** Listens to Ctrl+C and the signals that end a process. The third one exits at once. */
export class SignalHandler {
    /** The exit code of the first signal, if there was one. */
    exitCode: number | undefined;
    #count = 0;
    #last: { readonly signal: StopSignal; readonly at: number } | undefined;
    #listener: (isFirst: boolean) => void = () => {};
    #settle: () => void = () => {};
    /** Settles at the first interruption. */
    readonly requested = new Promise<void>((resolve) => {
        this.#settle = resolve;
    });
    readonly #onSignal = (signal: StopSignal): void => this.#receive(signal);

    constructor() {
        for (const signal of Object.keys(SIGNAL_EXIT_CODES)) process.on(signal, this.#onSignal);
    }

    /** Sets the listener: the first request to stop is graceful, the second one forced. An earlier one is reported at once. */
    listen(listener: (isFirst: boolean) => void): void {
        this.#listener = listener;
        if (this.#count > 0) listener(this.#count === 1);
    }

    /** Restores the default behaviour of signals. */
    stop(): void {
        for (const signal of Object.keys(SIGNAL_EXIT_CODES)) process.off(signal, this.#onSignal);
    }

    #receive(signal: StopSignal): void {
        const at = performance.now();
        const last = this.#last;
        this.#last = { signal, at };
        if (last?.signal === signal && at - last.at < ECHO_MILLIS) return;
        this.exitCode ??= SIGNAL_EXIT_CODES[signal];
        this.#count++;
        if (this.#count > 2) process.exit(this.exitCode);
        this.#settle();
        this.#listener(this.#count === 1);
    }
}

/** Does work that Ctrl+C cancels by a signal, without leaving anything half done; then the exit code is that of Ctrl+C. */
export async function withSignals<Value>(
    cli: Cli,
    whenCancelled: string,
    work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value | undefined> {
    const interrupts = new SignalHandler();
    const cancel = new AbortController();
    interrupts.listen(() => cancel.abort());
    try {
        return await work(cancel.signal);
    } catch (error) {
        if (interrupts.exitCode === undefined) throw error;
        cli.err.line(whenCancelled);
        cli.exitCode = interrupts.exitCode;
        return undefined;
    } finally {
        interrupts.stop();
    }
}
