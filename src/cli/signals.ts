import type { Cli } from './cli.js';

/** Exit codes of processes that a signal ends, as in shells. */
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
type StopSignal = keyof typeof SIGNAL_EXIT_CODES;

/** A signal repeated within this time counts once: npm forwards signals that the terminal already sends to all processes. */
const ECHO_MILLIS = 80;

/** Handles Ctrl+C and the signals that end a process. The third one exits immediately. */
export class SignalHandler {
    /** The exit code for the first signal, once there was one. */
    exitCode: number | undefined;
    #count = 0;
    #last: { readonly signal: StopSignal; readonly at: number } | undefined;
    #listener: (isFirst: boolean) => void = () => {};
    #resolveRequested: () => void = () => {};
    /** Resolves at the first signal. */
    readonly requested = new Promise<void>((resolve) => {
        this.#resolveRequested = resolve;
    });
    readonly #onSignal = (signal: StopSignal): void => this.#receive(signal);

    constructor() {
        for (const signal of Object.keys(SIGNAL_EXIT_CODES)) process.on(signal, this.#onSignal);
    }

    /** Sets the listener. The first request to stop is graceful, the second one forced. Earlier ones are reported immediately. */
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
        this.#resolveRequested();
        this.#listener(this.#count === 1);
    }
}

/** Does work that Ctrl+C cancels through an AbortSignal. The work must leave nothing half done; the exit code is then that of Ctrl+C. */
export async function withSignals<Value>(
    cli: Cli,
    cancelMessage: string,
    work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value | undefined> {
    const signals = new SignalHandler();
    const cancel = new AbortController();
    signals.listen(() => cancel.abort());
    try {
        return await work(cancel.signal);
    } catch (error) {
        if (signals.exitCode === undefined) throw error;
        cli.err.line(cancelMessage);
        cli.exitCode = signals.exitCode;
        return undefined;
    } finally {
        signals.stop();
    }
}
