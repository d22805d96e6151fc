import {
    toHaveCalledActor,
    toHaveCharged,
    type ExpectedCharges,
    toBeAborted,
    toHaveFailed,
    toHaveSucceeded,
    toHaveTimedOut,
    type ExpectedFailure,
    toHaveLogged,
} from './outcome.js';
import { toHavePushed, type ExpectedItems, toHaveOutput, toHaveValue } from './stored.js';
import type { TextPattern } from './matcher.js';

/**
 * Matchers for runs, as returned by `engine.call()` and `engine.start()`. Each must be awaited. Matchers of the final status
 * wait for the end of the run; the others check the current state.
 *
 * The message of a failing matcher has the status, exit code, status message and charges of the run, the end of its log, and
 * its first items.
 */
export interface RunMatchers<R = Promise<void>> {
    /** Waits for the end of the run, and expects it to be SUCCEEDED. */
    toHaveSucceeded(): R;
    /**
     * Waits for the end of the run, and expects it to be FAILED.
     *
     * @example
     * await expect(run).toHaveFailed('is not a URL'); // substring or pattern of the status message
     * await expect(run).toHaveFailed({ exitCode: 137 });
     */
    toHaveFailed(expected?: TextPattern | ExpectedFailure): R;
    /** Waits for the end of the run, and expects it to be TIMED-OUT. */
    toHaveTimedOut(): R;
    /** Waits for the end of the run, and expects it to be ABORTED. */
    toBeAborted(): R;
    /**
     * Expects items in the default dataset.
     *
     * @example
     * await expect(run).toHavePushed(); // at least one item
     * await expect(run).toHavePushed(3); // this number of items
     * await expect(run).toHavePushed({ title: 'Lamp' }); // an item with at least these fields
     * await expect(run).toHavePushed([{ title: 'Lamp', price: expect.any(Number) }]); // exactly these items, in this order
     * await expect(run).toHavePushed(z.object({ title: z.string() })); // all items match a schema of Zod, Valibot, ArkType…
     */
    toHavePushed(expected?: ExpectedItems): R;
    /** Expects a record `OUTPUT` in the default key-value store, equal to the value if one is given. */
    toHaveOutput(expected?: unknown): R;
    /** Expects a record in the default key-value store, equal to the value if one is given. */
    toHaveValue(key: string, expected?: unknown): R;
    /** Expects the log to contain a substring or to match a pattern. */
    toHaveLogged(expected: TextPattern): R;
    /**
     * Expects charges of the run.
     *
     * @example
     * await expect(run).toHaveCharged('page'); // at least once
     * await expect(run).toHaveCharged('page', 3); // exactly 3 times
     * await expect(run).toHaveCharged({ page: 3, image: 0 }); // several events; others may be charged, too
     */
    toHaveCharged(expected: string | ExpectedCharges, count?: number): R;
    /**
     * Expects the run to have started another Actor, with an equal input if one is given.
     *
     * @param actor - `name` or `owner/name` of the started Actor.
     */
    toHaveCalledActor(actor: string, input?: unknown): R;
}

/**
 * The matchers, for `expect.extend` of a test runner that is compatible with Jest. `greenroom/vitest` and `greenroom/jest`
 * call it automatically.
 *
 * @example
 * import { expect } from 'expect';
 * import { matchers } from 'greenroom/testing';
 *
 * expect.extend(matchers);
 */
export const matchers = {
    toHaveSucceeded,
    toHaveFailed,
    toHaveTimedOut,
    toBeAborted,
    toHavePushed,
    toHaveOutput,
    toHaveValue,
    toHaveLogged,
    toHaveCharged,
    toHaveCalledActor,
};
