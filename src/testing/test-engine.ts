import { createEngine } from '../engine/create-engine.js';
import { EngineError } from '../errors/engine-error.js';
import { formatRequest } from './network/create-network.js';
import { ManualClock } from './manual-clock.js';
import { systemClock, type Clock } from '../util/clock.js';
import type { Engine } from '../engine/engine.js';
import type { EngineOptions } from '../engine/options/options.js';
import type { UnansweredRequest } from '../model/events.js';

/** The engine of one test, with its clock. */
export interface TestEngine {
    /** The engine. */
    readonly engine: Engine;
    /**
     * The clock of the engine. Time is real until the first access, and stands still from then on.
     *
     * @throws EngineError `invalid-value` if the options set a clock that is not a `ManualClock`.
     */
    readonly clock: ManualClock;
    /**
     * Closes the engine, and kills active runs.
     *
     * @throws EngineError `network-unanswered` if the function of the option `network` did not answer a request.
     */
    close(): Promise<void>;
}

/** Shorter than on the platform, because an Actor that ignores its timeout may use a processor until then. */
const TIMEOUT_GRACE_SECS = 2;

/** Creates an engine for one test. Its default of `timeoutGraceSecs` is 2. */
export async function openTestEngine(options: EngineOptions = {}): Promise<TestEngine> {
    let manual: ManualClock | undefined;
    const current = (): Clock => manual ?? systemClock;
    // Timers set before the test accesses the manual clock fire in real time.
    const clock: Clock = {
        now: () => current().now(),
        after: (millis, fire) => current().after(millis, fire),
        hold: (work) => current().hold?.(work),
    };
    const engine = await createEngine({ clock, timeoutGraceSecs: TIMEOUT_GRACE_SECS, ...options });
    const unanswered: UnansweredRequest[] = [];
    engine.on('network.unanswered', (request) => unanswered.push(request));
    return {
        engine,
        get clock() {
            manual ??= options.clock === undefined ? new ManualClock() : requireManual(options.clock);
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
        'The test uses `clock`, but the option `clock` of its engine is not a `ManualClock`. Omit the option.',
    );
}

function unansweredError(requests: readonly UnansweredRequest[]): EngineError {
    const lines = requests.map((request) => `- ${formatRequest(request)}`);
    const message = `The network of the test did not answer all requests. Add rules for these:\n${lines.join('\n')}`;
    return new EngineError('network-unanswered', message, { details: { requests } });
}

/** A test of {@link withEngine}. */
export type EngineTest = (context: Pick<TestEngine, 'engine' | 'clock'>) => unknown;

/**
 * Creates a test with its own in-memory engine, which is closed when the test ends: for Jest, `node:test` and other runners
 * whose tests are functions. For Vitest, use `test` of `greenroom/vitest`.
 *
 * @param options - Options of `createEngine`.
 * @returns A function for the runner. If the test uses `clock`, the engine's time stands still from then on.
 * @throws EngineError `network-unanswered` from the test if a request was not answered.
 *
 * @example
 * test('greets', withEngine(async ({ engine }) => {
 *     await engine.addActor('./my-actor');
 *     await expect(await engine.call('my-actor', { who: 'world' })).toHaveSucceeded();
 * }));
 */
export function withEngine(test: EngineTest): () => Promise<void>;
export function withEngine(options: EngineOptions, test: EngineTest): () => Promise<void>;
export function withEngine(...args: [EngineTest] | [EngineOptions, EngineTest]): () => Promise<void> {
    const [options, test] = args.length === 1 ? [{}, args[0]] : args;
    // Without parameters: Jest passes a callback to functions that have one, and waits for its call.
    return async () => {
        const testEngine = await openTestEngine(options);
        try {
            await test(testEngine);
        } catch (error) {
            // The failure of the test matters more than one of closing.
            await testEngine.close().catch(() => {});
            throw error;
        }
        await testEngine.close();
    };
}
