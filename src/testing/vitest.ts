import { expect, test as base } from 'vitest';
import { matchers, type RunMatchers } from './matchers/matchers.js';
import { openTestEngine, type TestEngine } from './test-engine.js';
import type { Engine } from '../engine/engine.js';
import type { EngineOptions } from '../engine/options/options.js';
import type { ManualClock } from './manual-clock.js';

declare module 'vitest' {
    // oxlint-disable-next-line typescript/no-explicit-any -- declared as Vitest declares it
    interface Matchers<T = any> extends RunMatchers {}
}

/** What tests may take out of their context. */
export interface EngineFixtures {
    /** What the engine of a test is made with. Default: nothing, it is in memory. */
    engineOptions: EngineOptions;
    /** An engine of the test's own, closed by force when the test is over. */
    engine: Engine;
    /** The engine's time. In a test that takes it, it stands still but for `clock.advance()`; what Actors do takes real time. */
    clock: ManualClock;
    /** What `engine` and `clock` are taken from. */
    testEngine: TestEngine;
}

expect.extend(matchers);

/**
 * Vitest's `test`, with an `engine` for each test that takes one.
 *
 * @example
 * import { expect, test } from 'greenroom/vitest';
 *
 * test('ends in time', async ({ engine, clock }) => {
 *     await engine.addActor('./my-actor');
 *     const run = await engine.start('my-actor', {}, { timeout: 3600 });
 *     await clock.advance('61m'); // the hour, and the time that it has to end by itself
 *     await expect(run).toHaveTimedOut();
 * });
 *
 * @example
 * // Options of the engines of all tests in a file.
 * const offline = test.extend({ engineOptions: { network: 'block' } });
 */
export const test = base.extend<EngineFixtures>({
    // oxlint-disable-next-line no-empty-pattern -- Vitest reads what a fixture needs off its pattern
    engineOptions: async ({}, use) => use({}),
    testEngine: async ({ engineOptions }, use) => {
        const testEngine = await openTestEngine(engineOptions);
        await use(testEngine);
        await testEngine.close();
    },
    engine: async ({ testEngine }, use) => use(testEngine.engine),
    clock: async ({ testEngine }, use) => use(testEngine.clock),
});

export { test as it, expect };
