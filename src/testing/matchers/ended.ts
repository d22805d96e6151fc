import { checkOptions } from '../../util/check.js';
import { matcher, oneLine, type Matcher, type MatcherTools } from './matcher.js';
import { isTextPattern, matchesText, type TextPattern } from './text-pattern.js';
import type { Run } from '../../model/run.js';
import type { TerminalStatus } from '../../model/status.js';

/** How a run is to have failed. */
export interface ExpectedFailure {
    exitCode?: number;
    statusMessage?: TextPattern;
}

export const toHaveSucceeded = endedAs('toHaveSucceeded', 'SUCCEEDED', 'to have succeeded');
export const toHaveTimedOut = endedAs('toHaveTimedOut', 'TIMED-OUT', 'to have timed out');
export const toBeAborted = endedAs('toBeAborted', 'ABORTED', 'to have been aborted');

export const toHaveFailed: Matcher<[expected?: TextPattern | ExpectedFailure]> = matcher(
    'toHaveFailed',
    async (run, tools, expected = {}) => {
        const failure = toFailure(expected);
        const end = await run.finished();
        const pass = end.status === 'FAILED' && isFailure(end, failure);
        return { pass, wanted: `to have failed${withWhat(failure, tools)}`, found: howItEnded(end) };
    },
);

/** Waits for the end of the run. */
function endedAs(name: string, status: TerminalStatus, wanted: string): Matcher<[]> {
    return matcher(name, async (run) => {
        const end = await run.finished();
        return { pass: end.status === status, wanted, found: howItEnded(end) };
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

function withWhat({ exitCode, statusMessage }: ExpectedFailure, tools: MatcherTools): string {
    return [
        ...(exitCode === undefined ? [] : [` with exit code ${exitCode}`]),
        ...(statusMessage === undefined ? [] : [` with the status message ${oneLine(tools, statusMessage)}`]),
    ].join(' and');
}

function howItEnded({ status, exitCode, statusMessage }: Run): string {
    if (status !== 'FAILED') return `it is ${status}`;
    const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
    return `it has FAILED${code}${statusMessage ? `: ${statusMessage.split('\n', 1)[0]}` : ''}`;
}
