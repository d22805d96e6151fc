import { checkOptions, invalid, checkWhole } from '../../util/check.js';
import {
    createMatcher,
    stringifyOneLine,
    type Matcher,
    type MatcherTools,
    isTextPattern,
    matchesText,
    type TextPattern,
    type CheckResult,
    areEqual,
} from './matcher.js';
import type { Run } from '../../model/api/run.js';
import type { TerminalStatus } from '../../model/api/status.js';
import type { RunHandle } from '../../engine/run-handle.js';

/** Expected failure of a run. */
export interface ExpectedFailure {
    /** Exit code. Default: any. */
    exitCode?: number;
    /** Substring or pattern of the status message. Default: any. */
    statusMessage?: TextPattern;
}

export const toHaveSucceeded = createStatusMatcher('toHaveSucceeded', 'SUCCEEDED', 'to have succeeded');
export const toHaveTimedOut = createStatusMatcher('toHaveTimedOut', 'TIMED-OUT', 'to have timed out');
export const toBeAborted = createStatusMatcher('toBeAborted', 'ABORTED', 'to have been aborted');

export const toHaveFailed: Matcher<[expected?: TextPattern | ExpectedFailure]> = createMatcher(
    'toHaveFailed',
    async (run, tools, expected = {}) => {
        const failure = toFailure(expected);
        const end = await run.finished();
        const pass = end.status === 'FAILED' && isFailure(end, failure);
        return { pass, expectation: `to have failed${formatFailure(failure, tools)}`, actual: formatEnding(end) };
    },
);

/** Creates a matcher that waits for the end of the run and checks its status. */
function createStatusMatcher(name: string, status: TerminalStatus, expectation: string): Matcher<[]> {
    return createMatcher(name, async (run) => {
        const end = await run.finished();
        return { pass: end.status === status, expectation, actual: formatEnding(end) };
    });
}

function toFailure(expected: TextPattern | ExpectedFailure): ExpectedFailure {
    if (isTextPattern(expected)) return { statusMessage: expected };
    checkOptions('expected', expected, ['exitCode', 'statusMessage']);
    return expected;
}

function isFailure(end: Run, { exitCode, statusMessage }: ExpectedFailure): boolean {
    if (exitCode !== undefined && end.exitCode !== exitCode) return false;
    return statusMessage === undefined || matchesText(end.statusMessage ?? '', statusMessage);
}

function formatFailure({ exitCode, statusMessage }: ExpectedFailure, tools: MatcherTools): string {
    return [
        ...(exitCode === undefined ? [] : [` with exit code ${exitCode}`]),
        ...(statusMessage === undefined ? [] : [` with the status message ${stringifyOneLine(tools, statusMessage)}`]),
    ].join(' and');
}

function formatEnding({ status, exitCode, statusMessage }: Run): string {
    if (status !== 'FAILED') return `it is ${status}`;
    const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
    return `it FAILED${code}${statusMessage ? `: ${statusMessage.split('\n', 1)[0]}` : ''}`;
}

export const toHaveLogged: Matcher<[expected: TextPattern]> = createMatcher(
    'toHaveLogged',
    async (run, tools, expected) => {
        if (!isTextPattern(expected)) throw invalid('expected', expected, 'a string or a regular expression');
        const pass = matchesText(await run.log.text(), expected);
        return {
            pass,
            expectation: `to have logged ${stringifyOneLine(tools, expected)}`,
            actual: 'its log does not contain it',
        };
    },
);

/** Expected number of charges, by event. */
export type ExpectedCharges = Readonly<Record<string, number>>;

export const toHaveCharged: Matcher<[expected: string | ExpectedCharges, count?: number]> = createMatcher(
    'toHaveCharged',
    async (run, tools, expected, count) => {
        const { chargedEventCounts } = await run.charges();
        checkWhole('count', count, 0);
        if (typeof expected === 'string') return checkEvent(chargedEventCounts, expected, count);
        if (typeof expected === 'object' && expected !== null) return checkEvents(chargedEventCounts, expected, tools);
        throw invalid('expected', expected, 'the name of an event, or an object of counts by event');
    },
);

function checkEvent(counts: ExpectedCharges, event: string, count: number | undefined): CheckResult {
    const charged = counts[event] ?? 0;
    const others = Object.keys(counts).filter((name) => name !== event);
    const hint =
        event in counts ? '' : `; it has no such event${others.length > 0 ? `, only ${others.join(', ')}` : ''}`;
    return {
        pass: count === undefined ? charged > 0 : charged === count,
        expectation: `to have been charged for ${event}${count === undefined ? '' : ` ${formatTimes(count)}`}`,
        actual: `it was charged ${formatTimes(charged)}${hint}`,
    };
}

function checkEvents(counts: ExpectedCharges, expected: ExpectedCharges, tools: MatcherTools): CheckResult {
    const charged = Object.fromEntries(Object.keys(expected).map((event) => [event, counts[event] ?? 0]));
    return {
        pass: Object.entries(expected).every(([event, count]) => charged[event] === count),
        expectation: `to have been charged for ${stringifyOneLine(tools, expected)}`,
        actual: `it was charged for ${stringifyOneLine(tools, charged)}`,
        details: tools.utils.diff(expected, charged) ?? undefined,
    };
}

function formatTimes(count: number): string {
    return count === 1 ? 'once' : `${count} times`;
}

interface StartedActor {
    /** Full name: `owner/name`. */
    readonly actor: string;
    readonly input: unknown;
}

export const toHaveCalledActor: Matcher<[actor: string, input?: unknown]> = createMatcher(
    'toHaveCalledActor',
    async (run, tools, actor, ...input) => {
        if (typeof actor !== 'string') throw invalid('actor', actor, 'the name of an Actor');
        const all = await Promise.all((await run.startedRuns()).map(toStartedActor));
        const calls = all.filter((call) => isActor(call, actor));
        const expectation = `to have called ${actor}`;
        if (input.length === 0) return { pass: calls.length > 0, expectation, actual: formatNames(all) };
        const [expected] = input;
        return {
            pass: calls.some((call) => areEqual(tools, call.input, expected)),
            expectation: `${expectation} with the input ${stringifyOneLine(tools, expected)}`,
            actual: calls.length === 0 ? formatNames(all) : `it was called with ${formatInputs(calls, tools)}`,
            details: calls.length === 1 ? (tools.utils.diff(expected, calls[0]!.input) ?? undefined) : undefined,
        };
    },
);

async function toStartedActor(run: RunHandle): Promise<StartedActor> {
    const actor = await run.actor();
    const record = await run.keyValueStore.getRecord('INPUT');
    return { actor: actor ? `${actor.username}/${actor.name}` : '', input: record?.value };
}

/** Compares names with or without the owner. */
function isActor({ actor }: StartedActor, name: string): boolean {
    return actor === name || actor.slice(actor.indexOf('/') + 1) === name;
}

function formatNames(calls: readonly StartedActor[]): string {
    const others = new Set(calls.map(({ actor }) => actor));
    return others.size === 0 ? 'it called no Actor' : `it called only ${[...others].join(', ')}`;
}

function formatInputs(calls: readonly StartedActor[], tools: MatcherTools): string {
    return calls.map(({ input }) => stringifyOneLine(tools, input)).join(', ');
}
