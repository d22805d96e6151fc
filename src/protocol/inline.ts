import type { CallStep } from './calls.js';
import type { RunNetwork, WebCall } from './network.js';
import type { RetrySettings, Crash, Runnable, SystemEvent } from './messages.js';

/** Imports a module by its `file:` URL, and gives what it exports. */
export type ImportModule = (url: string) => Promise<unknown>;

/** What an Actor that runs in the host's own thread is given. */
export interface InlineOptions {
    runnable: Runnable;
    env: Readonly<Record<string, string>>;
    network: RunNetwork;
    /** As in an assignment. */
    retries?: RetrySettings;
    /** Imports the Actor's module in place of Node. */
    importModule?: ImportModule;
    host: {
        call(steps: CallStep[]): Promise<unknown>;
        fetch: WebCall;
        output(stream: 'stdout' | 'stderr', text: string): void;
    };
}

export interface InlineRun {
    send(event: SystemEvent): void;
    /** Lets nothing more come of it; the code itself cannot be stopped. */
    abandon(): void;
    /** Settles when the Actor has come to its end, has thrown, or has called `Actor.exit()` or `process.exit()`. */
    readonly ended: Promise<InlineEnd>;
}

export interface InlineEnd {
    exitCode: number;
    crash?: Crash;
}

/** What the module exports that runs Actors in the host's own thread. */
export interface InlineModule {
    startInline: (options: InlineOptions) => InlineRun;
}
