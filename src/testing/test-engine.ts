import { createEngine } from '../engine/create-engine.js';
import { EngineError } from '../errors/engine-error.js';
import { LateClock } from './late-clock.js';
import { ManualClock } from './manual-clock.js';
import type { Engine } from '../engine/engine.js';
import type { EngineOptions } from '../engine/options.js';

/** An engine for one test. */
export interface TestEngine {
    readonly engine: Engine;
    /**
     * The engine's time, which stands still from when this is first asked for; until then it is real.
     *
     * @throws EngineError `invalid-value` where the options bring another clock than a `ManualClock`.
     */
    readonly clock: ManualClock;
    /** Ends whatever still runs, at once. */
    close(): Promise<void>;
}

export async function openTestEngine(options: EngineOptions = {}): Promise<TestEngine> {
    const lateClock = new LateClock();
    const engine = await createEngine({ clock: lateClock, ...options });
    let manual: ManualClock | undefined;
    return {
        engine,
        get clock() {
            manual ??= options.clock === undefined ? new ManualClock() : requireManual(options.clock);
            lateClock.replaceBy(manual);
            return manual;
        },
        close: () => engine.close({ force: true }),
    };
}

function requireManual(clock: unknown): ManualClock {
    if (clock instanceof ManualClock) return clock;
    throw new EngineError(
        'invalid-value',
        'The test asks for `clock`, but its engine has a clock of its own that is no `ManualClock`. Leave out the option `clock`.',
    );
}
