import { checkWhole, invalid } from '../../util/check.js';
import { matcher, oneLine, type Matcher, type MatcherTools, type Verdict } from './matcher.js';

/** How often a run is to have been charged for events, by their names. */
export type ExpectedCharges = Readonly<Record<string, number>>;

export const toHaveCharged: Matcher<[expected: string | ExpectedCharges, count?: number]> = matcher(
    'toHaveCharged',
    async (run, tools, expected, count) => {
        const { chargedEventCounts } = await run.charges();
        checkWhole('count', count, 0);
        if (typeof expected === 'string') return judgeOne(chargedEventCounts, expected, count);
        if (typeof expected === 'object' && expected !== null) return judgeAll(chargedEventCounts, expected, tools);
        throw invalid('expected', expected, 'the name of an event, or an object of counts by event');
    },
);

function judgeOne(counts: ExpectedCharges, event: string, count: number | undefined): Verdict {
    const charged = counts[event] ?? 0;
    const others = Object.keys(counts).filter((name) => name !== event);
    const hint =
        event in counts ? '' : `, and has no such event${others.length > 0 ? `, only ${others.join(', ')}` : ''}`;
    return {
        pass: count === undefined ? charged > 0 : charged === count,
        wanted: `to have been charged for ${event}${count === undefined ? '' : ` ${times(count)}`}`,
        found: `it was charged ${times(charged)}${hint}`,
    };
}

function judgeAll(counts: ExpectedCharges, expected: ExpectedCharges, tools: MatcherTools): Verdict {
    const charged = Object.fromEntries(Object.keys(expected).map((event) => [event, counts[event] ?? 0]));
    return {
        pass: Object.entries(expected).every(([event, count]) => charged[event] === count),
        wanted: `to have been charged for ${oneLine(tools, expected)}`,
        found: `it was charged for ${oneLine(tools, charged)}`,
        details: tools.utils.diff(expected, charged) ?? undefined,
    };
}

function times(count: number): string {
    return count === 1 ? 'once' : `${count} times`;
}
