import { EngineError } from '../../errors/engine-error.js';
import { describeRun } from './run-report.js';
import type { RunHandle } from '../../engine/run-handle.js';

/** How a test runner compares two values, with what it knows of asymmetric matchers. */
type Tester = (this: never, ...args: never[]) => boolean | undefined;

/** What Vitest and Jest both give a matcher as its `this`, as far as it is used here. */
export interface MatcherTools {
    readonly isNot?: boolean;
    readonly customTesters?: readonly Tester[];
    equals(actual: unknown, expected: unknown, testers?: Tester[]): boolean;
    readonly utils: {
        stringify(value: unknown): string;
        diff(expected: unknown, actual: unknown): string | null | undefined;
        readonly iterableEquality: Tester;
        readonly subsetEquality: Tester;
    };
}

/** What a matcher answers to its runner. */
export interface MatcherResult {
    readonly pass: boolean;
    message(): string;
}

/** What a matcher has found. */
export interface MatchVerdict {
    readonly pass: boolean;
    /** What was to be, as in "to have succeeded". */
    readonly expectation: string;
    /** What is instead, as in "it has FAILED". Default: that it has, or has not. */
    readonly actual?: string;
    /** More of it on lines of its own, such as a difference. */
    readonly details?: string;
}

/** A matcher as `expect.extend` takes it. */
export type Matcher<Args extends unknown[]> = (
    this: MatcherTools,
    received: unknown,
    ...args: Args
) => Promise<MatcherResult>;

/** Makes a matcher of what looks at a run; where the expectation is not met, its message tells all about the run. */
export function createMatcher<Args extends unknown[]>(
    name: string,
    judge: (run: RunHandle, tools: MatcherTools, ...args: Args) => Promise<MatchVerdict>,
): Matcher<Args> {
    return async function match(this: MatcherTools, received, ...args) {
        const run = requireRun(name, received);
        const verdict = await judge(run, this, ...args);
        const isNot = this.isNot === true;
        if (verdict.pass !== isNot) return { pass: verdict.pass, message: () => '' };
        const message = await formatMessage(run, verdict, isNot);
        return { pass: verdict.pass, message: () => message };
    };
}

/** Whether two values are equal as by `toEqual`. */
export function areEqual(tools: MatcherTools, actual: unknown, expected: unknown): boolean {
    const { customTesters = [], utils } = tools;
    return tools.equals(actual, expected, [...customTesters, utils.iterableEquality]);
}

/** Whether a value has all that is expected of it, and maybe more, as by `toMatchObject`. */
export function matchesSubset(tools: MatcherTools, actual: unknown, expected: unknown): boolean {
    const { customTesters = [], utils } = tools;
    return tools.equals(actual, expected, [...customTesters, utils.iterableEquality, utils.subsetEquality]);
}

/** A value as it fits into a sentence. */
export function stringifyOneLine({ utils }: Pick<MatcherTools, 'utils'>, value: unknown): string {
    return utils
        .stringify(value)
        .replaceAll(/,?\n\s*(?=[}\]])/g, ' ')
        .replaceAll(/\n\s*/g, ' ');
}

async function formatMessage(
    run: RunHandle,
    { expectation: wanted, actual: found, details }: MatchVerdict,
    isNot: boolean,
): Promise<string> {
    const actor = await run.actor().catch(() => undefined);
    const subject = actor ? `the run of ${actor.username}/${actor.name}` : `run ${run.id}`;
    const but = isNot ? 'it has' : (found ?? 'it has not');
    const headline = `Expected ${subject} ${isNot ? 'not ' : ''}${wanted}, but ${but}.`;
    const difference = isNot ? undefined : details;
    return [headline, difference, await describeRun(run)].filter((part) => part !== undefined).join('\n\n');
}

/** Not by its class: a test may have loaded another copy of the package than the one that made the run. */
function requireRun(name: string, received: unknown): RunHandle {
    const run = received as RunHandle | null | undefined;
    if (typeof run?.finished === 'function' && typeof run.id === 'string') return run;
    const isPromise = typeof (received as PromiseLike<unknown> | null | undefined)?.then === 'function';
    const remedy = isPromise
        ? 'It is a promise: await it first.'
        : 'Pass what `engine.call()` or `engine.start()` returns; of a run that a client started, that is `engine.run(id)`.';
    throw new EngineError('invalid-value', `\`${name}\` looks at a run, and this is none. ${remedy}`);
}

/** A text that is to be a part of another, or a pattern that is to be found in it. */
export type TextPattern = string | RegExp;

/** Whether the pattern is found anywhere in the text. */
export function matchesText(text: string, pattern: TextPattern): boolean {
    // Not by `test`, which goes on from where the last search of a global pattern ended.
    return typeof pattern === 'string' ? text.includes(pattern) : text.search(pattern) >= 0;
}

/** Not by its class alone: a pattern may come from another realm, as that of a test in a VM context. */
export function isTextPattern(value: unknown): value is TextPattern {
    return typeof value === 'string' || Object.prototype.toString.call(value) === '[object RegExp]';
}
