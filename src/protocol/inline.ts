import type { CallStep } from './calls.js';
import type { ActorFunction } from './actor-function.js';
import type { SystemEvent } from './messages.js';

/** What a function that runs in the host's own thread is given. */
export interface InlineOptions {
    run: ActorFunction;
    env: Readonly<Record<string, string>>;
    host: {
        call(steps: CallStep[]): Promise<unknown>;
        output(stream: 'stdout' | 'stderr', text: string): void;
    };
}

/** A function at work in the host's own thread. */
export interface InlineRun {
    send(event: SystemEvent): void;
    /** Lets nothing more come of it; the function itself cannot be stopped. */
    abandon(): void;
    /** Settles when the function has returned, has thrown, or has called `Actor.exit()`. */
    readonly ended: Promise<{ exitCode: number; error?: unknown }>;
}

/** What the module exports that runs functions in the host's own thread; it is loaded by its location. */
export interface InlineModule {
    startInline: (options: InlineOptions) => InlineRun;
}
