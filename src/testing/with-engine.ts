import { openTestEngine, type TestEngine } from './test-engine.js';
import type { EngineOptions } from '../engine/options.js';

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
