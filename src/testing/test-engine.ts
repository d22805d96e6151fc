import { createEngine } from '../engine/create-engine.js';
import { EngineError } from '../errors/engine-error.js';
import { formatRequest } from './network/create-network.js';
import { ManualClock } from './manual-clock.js';
import { systemClock, type Clock } from '../util/clock.js';
import type { Engine } from '../engine/engine.js';
import type { EngineOptions } from '../engine/options/options.js';
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
    let manual: ManualClock | undefined;
    const current = (): Clock => manual ?? systemClock;
    // Timers that were set before the test asks for the manual clock fire by the machine's time.
    const clock: Clock = {
        now: () => current().now(),
        after: (millis, fire) => current().after(millis, fire),
        hold: (work) => current().hold?.(work),
    };
    const engine = await createEngine({ clock, ...options });
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
        'The test asks for `clock`, but its engine has a clock of its own that is no `ManualClock`. Leave out the option `clock`.',
    );
}

function unansweredError(requests: readonly UnansweredRequest[]): EngineError {
    const lines = requests.map((request) => `- ${formatRequest(request)}`);
    const message = `The test's network has not answered all requests. Add rules for these:\n${lines.join('\n')}`;
    return new EngineError('network-unanswered', message, { details: { requests } });
}

/** What a test is given by {@link withEngine}. */
export type EngineTest = (context: Pick<TestEngine, 'engine' | 'clock'>) => unknown;

/**
 * Gives a test an engine of its own, in memory, which is closed when the test is over: for Jest, `node:test` and other runners
 * whose tests are functions. With Vitest, take `test` of `greenroom/vitest`.
 *
 * @param options - As for `createEngine`.
 * @returns A test for the runner. A test that takes `clock` out of its argument has the engine's time stand still from then on.
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
    // Without parameters, or Jest would wait for a callback to be called.
    return async () => {
        const testEngine = await openTestEngine(options);
        try {
            await test(testEngine);
        } catch (error) {
            // What the test has failed of says more than what is wrong with its end.
            await testEngine.close().catch(() => {});
            throw error;
        }
        await testEngine.close();
    };
}
