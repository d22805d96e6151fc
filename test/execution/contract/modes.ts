import { addSource, makeEngine } from '../../support/make-engine.js';
import type { Engine, EngineOptions, RunHandle } from 'greenroom';

/** Every isolation that there is. */
export const MODES = ['thread', 'pooled', 'process', 'inline'] as const;
export type Mode = (typeof MODES)[number];

/** What not every mode can give to an Actor; for those that cannot, the reason. The README tells the same. */
export const LIMITS = {
    ownConnections: { inline: 'its connections are those of the host' },
    ownEnvironment: { inline: 'it has the environment of the host' },
    ownDirectory: {
        thread: 'a directory belongs to a process',
        pooled: 'a directory belongs to a process',
        inline: 'a directory belongs to a process',
    },
    ownSdk: { inline: 'the SDK takes the whole thread, and ends the process' },
    unawaited: { inline: 'what is not awaited is given up with the run' },
    ownProcess: { inline: 'its process is that of the host' },
    exitListeners: { inline: 'the process does not end with the run' },
    children: { inline: 'nobody knows which process belongs to which run' },
    ownEventLoop: { inline: 'it shares the event loop of the host' },
    uncaughtErrors: { inline: 'what is left uncaught is uncaught in the host' },
} as const satisfies Record<string, Partial<Record<Mode, string>>>;

/** What a test needs of the mode that it runs in. */
export type Need = keyof typeof LIMITS;

/** The modes that can give what is needed. */
export function able(need?: Need): Mode[] {
    return need === undefined ? [...MODES] : MODES.filter((mode) => !(mode in LIMITS[need]));
}

/** An engine whose runs are kept apart in this way; it is closed when the test is over. */
export function engineFor(isolation: Mode, options: EngineOptions = {}): Promise<Engine> {
    return makeEngine({ isolation, ...options });
}

/** Starts an Actor, and waits until it has logged `ready`. */
export async function startReady(engine: Engine, source: string, timeout = 0): Promise<RunHandle> {
    const run = await engine.start(await addSource(engine, source), {}, { timeout });
    for await (const line of run.log) if (line.endsWith(' ready')) break;
    return run;
}
