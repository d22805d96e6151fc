import { createEngine } from '../engine/create-engine.js';
import { EngineError } from '../errors/engine-error.js';
import { LateClock } from './late-clock.js';
import { requestLine } from './network/request-line.js';
import { ManualClock } from './manual-clock.js';
import type { Engine } from '../engine/engine.js';
import type { EngineOptions } from '../engine/options.js';
import type { UnansweredRequest } from '../model/events.js';

/** An engine for one test. */
export interface TestEngine {
    readonly engine: Engine;
    /**
     * The engine's time, which stands still from when this is first asked for; until then it is real.
     *
     * @throws EngineError `invalid-value` where the options bring another clock than a `ManualClock`.
     */
    readonly clock: ManualClock;
    /**
     * Ends whatever still runs, at once.
     *
     * @throws EngineError `network-unanswered` when a function as `network` has left a request without an answer.
     */
    close(): Promise<void>;
}

export async function openTestEngine(options: EngineOptions = {}): Promise<TestEngine> {
    const lateClock = new LateClock();
    const engine = await createEngine({ clock: lateClock, ...options });
    const unanswered: UnansweredRequest[] = [];
    engine.on('network.unanswered', (request) => unanswered.push(request));
    let manual: ManualClock | undefined;
    return {
        engine,
        get clock() {
            manual ??= options.clock === undefined ? new ManualClock() : requireManual(options.clock);
            lateClock.replaceBy(manual);
            return manual;
        },
        async close() {
            await engine.close({ force: true });
            if (unanswered.length > 0) throw unansweredError(unanswered);
        },
    };
}

function requireManual(clock: unknown): ManualClock {
    if (clock instanceof ManualClock) return clock;
    throw new EngineError(
        'invalid-value',
        'The test asks for `clock`, but its engine has a clock of its own that is no `ManualClock`. Leave out the option `clock`.',
    );
}

function unansweredError(requests: readonly UnansweredRequest[]): EngineError {
    const lines = requests.map((request) => `- ${requestLine(request)}`);
    const message = `The test's network has not answered all requests. Add rules for these:\n${lines.join('\n')}`;
    return new EngineError('network-unanswered', message, { details: { requests } });
}
