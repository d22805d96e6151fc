import { EngineError } from '../../errors/engine-error.js';
import { describeRun } from './run-report.js';
import type { RunHandle } from '../../engine/run-handle.js';

/** Equality function of a test runner, with support for asymmetric matchers. */
type Tester = (this: never, ...args: never[]) => boolean | undefined;

/** `this` of a matcher in Vitest and Jest: the properties that the matchers use. */
export interface MatcherTools {
    /** True after `expect(…).not`. */
    readonly isNot?: boolean;
    /** Testers that were added with `expect.addEqualityTesters`. */
    readonly customTesters?: readonly Tester[];
    /** Compares two values deeply. */
    equals(actual: unknown, expected: unknown, testers?: Tester[]): boolean;
    /** Formatting and equality helpers. */
    readonly utils: {
        stringify(value: unknown): string;
        diff(expected: unknown, actual: unknown): string | null | undefined;
        readonly iterableEquality: Tester;
        readonly subsetEquality: Tester;
    };
}

/** Result of a matcher for the test runner. */
export interface MatcherResult {
    /** True if the expectation is met, regardless of `not`. */
    readonly pass: boolean;
    /** Returns the failure message, with a report of the run. */
    message(): string;
}

/** Result of a check, before it is formatted. */
export interface CheckResult {
    /** True if the expectation is met. */
    readonly pass: boolean;
    /** Expectation, as in "to have succeeded". */
    readonly expectation: string;
    /** Actual state, as in "it FAILED". Default: "it did" or "it did not". */
    readonly actual?: string;
    /** Further lines, such as a diff. */
    readonly details?: string;
}

/** A matcher for `expect.extend`. */
export type Matcher<Args extends unknown[]> = (
    this: MatcherTools,
    received: unknown,
    ...args: Args
) => Promise<MatcherResult>;

/** Creates a matcher from a check of a run. Its failure message ends with a report of the run. */
export function createMatcher<Args extends unknown[]>(
    name: string,
    check: (run: RunHandle, tools: MatcherTools, ...args: Args) => Promise<CheckResult>,
): Matcher<Args> {
    return async function match(this: MatcherTools, received, ...args) {
        const run = requireRun(name, received);
        const result = await check(run, this, ...args);
        const isNot = this.isNot === true;
        if (result.pass !== isNot) return { pass: result.pass, message: () => '' };
        const message = await formatMessage(run, result, isNot);
        return { pass: result.pass, message: () => message };
    };
}

/** True if two values are equal by the rules of `toEqual`. */
export function areEqual(tools: MatcherTools, actual: unknown, expected: unknown): boolean {
    const { customTesters = [], utils } = tools;
    return tools.equals(actual, expected, [...customTesters, utils.iterableEquality]);
}

/** True if a value contains the expected properties, by the rules of `toMatchObject`. */
export function matchesSubset(tools: MatcherTools, actual: unknown, expected: unknown): boolean {
    const { customTesters = [], utils } = tools;
    return tools.equals(actual, expected, [...customTesters, utils.iterableEquality, utils.subsetEquality]);
}

/** Formats a value on one line. */
export function stringifyOneLine({ utils }: Pick<MatcherTools, 'utils'>, value: unknown): string {
    return utils
        .stringify(value)
        .replaceAll(/,?\n\s*(?=[}\]])/g, ' ')
        .replaceAll(/\n\s*/g, ' ');
}

async function formatMessage(
    run: RunHandle,
    { expectation, actual, details }: CheckResult,
    isNot: boolean,
): Promise<string> {
    const actor = await run.actor().catch(() => undefined);
    const subject = actor ? `the run of ${actor.username}/${actor.name}` : `run ${run.id}`;
    const isPassive = expectation.startsWith('to have been ');
    const outcome = isNot ? (isPassive ? 'it was' : 'it did') : (actual ?? 'it did not');
    const headline = `Expected ${subject} ${isNot ? 'not ' : ''}${expectation}, but ${outcome}.`;
    const diff = isNot ? undefined : details;
    return [headline, diff, await describeRun(run)].filter((part) => part !== undefined).join('\n\n');
}

/** Does not check the class: the run may come from another copy of the package than the test has loaded. */
function requireRun(name: string, received: unknown): RunHandle {
    const run = received as RunHandle | null | undefined;
    if (typeof run?.finished === 'function' && typeof run.id === 'string') return run;
    const isPromise = typeof (received as PromiseLike<unknown> | null | undefined)?.then === 'function';
    const remedy = isPromise
        ? 'It received a promise: await that first.'
        : 'Pass the result of `engine.call()` or `engine.start()`, or `engine.run(id)` for a run that a client has started.';
    throw new EngineError('invalid-value', `\`${name}\` requires a run. ${remedy}`);
}

/** A substring or a pattern. */
export type TextPattern = string | RegExp;

/** True if the text contains the substring or a match of the pattern. */
export function matchesText(text: string, pattern: TextPattern): boolean {
    // Not `test`, which continues after the last match of a global pattern.
    return typeof pattern === 'string' ? text.includes(pattern) : text.search(pattern) >= 0;
}

/** Checks the tag, not the class: a pattern may come from another realm, such as the VM context of a test. */
export function isTextPattern(value: unknown): value is TextPattern {
    return typeof value === 'string' || Object.prototype.toString.call(value) === '[object RegExp]';
}
