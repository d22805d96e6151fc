/**
 * Adds the matchers to Jest's `expect`. Import it in each test file, or name it in `setupFilesAfterEnv`.
 *
 * @example
 * import { withEngine } from 'greenroom/jest';
 *
 * test('greets', withEngine(async ({ engine }) => {
 *     await engine.addActor('./my-actor');
 *     await expect(await engine.call('my-actor')).toHaveSucceeded();
 * }));
 */

import { expect } from '@jest/globals';
import { matchers, type RunMatchers } from './matchers/matchers.js';

/* For the imported and for the global `expect`. */
declare module 'expect' {
    // oxlint-disable-next-line typescript/no-unused-vars -- the parameters must match those of Jest
    interface Matchers<R extends void | Promise<void>, T = unknown> extends RunMatchers {}
}
declare global {
    namespace jest {
        // oxlint-disable-next-line typescript/no-unused-vars -- the parameters must match those of Jest
        interface Matchers<R, T = {}> extends RunMatchers {}
    }
}

expect.extend(matchers);

export { withEngine } from './test-engine.js';
