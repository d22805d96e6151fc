import { addSource, makeEngine } from '../../support/make-engine.js';
import type { Engine, EngineOptions, RunHandle } from 'greenroom';

/** All isolation modes. */
export const MODES = ['thread', 'pooled', 'process', 'inline'] as const;
export type Mode = (typeof MODES)[number];

/** Features that some modes do not support, with the reason. `docs/guide/isolation.md` has the same table. */
export const LIMITS = {
    ownConnections: { inline: 'shares the connections of the host' },
    ownEnvironment: { inline: 'shares the environment of the host' },
    ownDirectory: {
        thread: 'one directory per process',
        pooled: 'one directory per process',
        inline: 'one directory per process',
    },
    ownSdk: { inline: 'the SDK controls and ends its process' },
    unawaited: { inline: 'the run ends when its function returns' },
    ownProcess: { inline: 'shares the process of the host' },
    exitListeners: { inline: 'the process outlives the run' },
    children: { inline: 'child processes cannot be assigned to a run' },
    ownEventLoop: { inline: 'shares the event loop of the host' },
    uncaughtErrors: { inline: 'uncaught errors reach the host' },
} as const satisfies Record<string, Partial<Record<Mode, string>>>;

/** Feature that a test requires of its mode. */
export type Need = keyof typeof LIMITS;

/** Returns the modes that support the required features. */
export function able(need?: Need): Mode[] {
    return need === undefined ? [...MODES] : MODES.filter((mode) => !(mode in LIMITS[need]));
}

/** Creates an engine with an isolation mode. It is closed after the test. */
export function engineFor(isolation: Mode, options: EngineOptions = {}): Promise<Engine> {
    return makeEngine({ isolation, ...options });
}

/** Starts an Actor, and waits until it has logged `ready`. */
export async function startReady(engine: Engine, source: string, timeout = 0): Promise<RunHandle> {
    const run = await engine.start(await addSource(engine, source), {}, { timeout });
    for await (const line of run.log) if (line.endsWith(' ready')) break;
    return run;
}
