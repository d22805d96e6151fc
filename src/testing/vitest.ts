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

/** Fixtures of a test. */
export interface EngineFixtures {
    /** Options of the engine. Default: `{}`, an engine in memory, with `timeoutGraceSecs: 2`. */
    engineOptions: EngineOptions;
    /** The test's own engine. It is closed when the test ends; active runs are killed. */
    engine: Engine;
    /** The clock of the engine. If a test uses it, time advances only by `clock.advance()`. The code of Actors takes real time. */
    clock: ManualClock;
    /** The fixture that `engine` and `clock` come from. */
    testEngine: TestEngine;
}

expect.extend(matchers);

/**
 * Vitest's `test` with the fixtures `engine` and `clock`.
 *
 * @example
 * import { expect, test } from 'greenroom/vitest';
 *
 * test('ends in time', async ({ engine, clock }) => {
 *     await engine.addActor('./my-actor');
 *     const run = await engine.start('my-actor', {}, { timeout: 3600 });
 *     await clock.advance('61m'); // the hour, and the grace period of the Actor
 *     await expect(run).toHaveTimedOut();
 * });
 *
 * @example
 * // Engine options of all tests in a file.
 * const offline = test.extend({ engineOptions: { network: 'block' } });
 */
export const test = base.extend<EngineFixtures>({
    // oxlint-disable-next-line no-empty-pattern -- Vitest reads the dependencies of a fixture from its pattern
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
