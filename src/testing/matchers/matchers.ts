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
 * What `expect` can say of a run, that is of what `engine.call()` and `engine.start()` return. All of them have to be
 * awaited. Those on how a run has ended wait for its end; the others look at what is there now.
 *
 * Where one is not met, its message tells the run's status, exit code, status message, charges, the end of its log and its
 * first items.
 */
export interface RunMatchers<R = Promise<void>> {
    /** Waits for the end of the run; it is SUCCEEDED. */
    toHaveSucceeded(): R;
    /**
     * Waits for the end of the run; it is FAILED.
     *
     * @example
     * await expect(run).toHaveFailed('is not a URL'); // a part of the status message, or a pattern of it
     * await expect(run).toHaveFailed({ exitCode: 137 });
     */
    toHaveFailed(expected?: TextPattern | ExpectedFailure): R;
    /** Waits for the end of the run; it is TIMED-OUT. */
    toHaveTimedOut(): R;
    /** Waits for the end of the run; it is ABORTED. */
    toBeAborted(): R;
    /**
     * Looks at the items of the default dataset.
     *
     * @example
     * await expect(run).toHavePushed(); // anything
     * await expect(run).toHavePushed(3); // so many items
     * await expect(run).toHavePushed({ title: 'Lamp' }); // an item with these fields, and maybe others
     * await expect(run).toHavePushed([{ title: 'Lamp', price: expect.any(Number) }]); // exactly these, in this order
     * await expect(run).toHavePushed(z.object({ title: z.string() })); // only such, by a schema of Zod, Valibot, ArkType…
     */
    toHavePushed(expected?: ExpectedItems): R;
    /** Looks at the record `OUTPUT` of the default key-value store: it is there, and equals the value if one is given. */
    toHaveOutput(expected?: unknown): R;
    /** Looks at a record of the default key-value store: it is there, and equals the value if one is given. */
    toHaveValue(key: string, expected?: unknown): R;
    /** Looks for a text or a pattern in the log. */
    toHaveLogged(expected: TextPattern): R;
    /**
     * Looks at what the run was charged for.
     *
     * @example
     * await expect(run).toHaveCharged('page'); // at least once
     * await expect(run).toHaveCharged('page', 3); // so often
     * await expect(run).toHaveCharged({ page: 3, image: 0 }); // several events; of others nothing is said
     */
    toHaveCharged(expected: string | ExpectedCharges, count?: number): R;
    /**
     * Looks at the runs that the run's Actor has started: one is of that Actor, with that input if one is given.
     *
     * @param actor - `name` or `owner/name`.
     */
    toHaveCalledActor(actor: string, input?: unknown): R;
}

/**
 * The matchers, for `expect.extend` of a test runner that takes those of Jest. `greenroom/vitest` and `greenroom/jest` do it.
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
