import { invalid } from '../../util/check.js';
import {
    areEqual,
    createMatcher,
    stringifyOneLine,
    type Matcher,
    type MatcherTools,
    type MatchVerdict,
    matchesSubset,
} from './matcher.js';
import { isStandardSchema, validateWith, type StandardSchema } from '../standard-schema.js';
import type { RunHandle } from '../../engine/run-handle.js';
import type { Item } from '../../model/api/storage.js';

export const toHaveOutput: Matcher<[expected?: unknown]> = createMatcher(
    'toHaveOutput',
    async (run, tools, ...expected) => judgeRecord(run, tools, { key: 'OUTPUT', name: 'an output', expected }),
);

export const toHaveValue: Matcher<[key: string, expected?: unknown]> = createMatcher(
    'toHaveValue',
    async (run, tools, key, ...expected) => {
        if (typeof key !== 'string') throw invalid('key', key, 'the key of a record');
        return judgeRecord(run, tools, { key, name: `a record ${stringifyOneLine(tools, key)}`, expected });
    },
);

interface WantedRecord {
    key: string;
    /** As in "to have an output". */
    name: string;
    /** None where any value will do. */
    expected: [value?: unknown];
}

async function judgeRecord(
    run: RunHandle,
    tools: MatcherTools,
    { key, name, expected }: WantedRecord,
): Promise<MatchVerdict> {
    const record = await run.keyValueStore.getRecord(key);
    if (expected.length === 0)
        return { pass: record !== undefined, expectation: `to have ${name}`, actual: 'there is none' };
    const [value] = expected;
    const wanted = `to have ${name} that equals ${stringifyOneLine(tools, value)}`;
    if (record === undefined) return { pass: false, expectation: wanted, actual: await existingKeys(run) };
    return {
        pass: areEqual(tools, record.value, value),
        expectation: wanted,
        actual: `it is ${stringifyOneLine(tools, record.value)}`,
        details: tools.utils.diff(value, record.value) ?? undefined,
    };
}

async function existingKeys(run: RunHandle): Promise<string> {
    const { items } = await run.keyValueStore.listKeys({ limit: 10 });
    const keys = items.map(({ key }) => key);
    return keys.length === 0 ? 'there is no record at all' : `there are only ${keys.join(', ')}`;
}

/** What a run is to have pushed: so many items, exactly these, one that has these fields, or only such as a schema takes. */
export type ExpectedItems = number | readonly unknown[] | object | StandardSchema;

export const toHavePushed: Matcher<[expected?: ExpectedItems]> = createMatcher(
    'toHavePushed',
    async (run, tools, expected) => judge(await run.items(), expected, tools),
);

async function judge(items: Item[], expected: unknown, tools: MatcherTools): Promise<MatchVerdict> {
    const found = `it has pushed ${countOf(items.length)}`;
    if (expected === undefined) return { pass: items.length > 0, expectation: 'to have pushed items', actual: found };
    if (typeof expected === 'number') {
        return { pass: items.length === expected, expectation: `to have pushed ${countOf(expected)}`, actual: found };
    }
    if (isStandardSchema(expected)) return judgeBySchema(items, expected);
    if (Array.isArray(expected)) return judgeAll(items, expected, tools);
    if (typeof expected === 'object' && expected !== null) return judgeOne(items, expected, tools);
    throw invalid('expected', expected, 'a number, an array of items, an object with fields of an item, or a schema');
}

function judgeAll(items: Item[], expected: unknown[], tools: MatcherTools): MatchVerdict {
    return {
        pass: areEqual(tools, items, expected),
        expectation: `to have pushed exactly these ${countOf(expected.length)}`,
        actual: items.length === expected.length ? 'they differ' : `it has pushed ${countOf(items.length)}`,
        details: tools.utils.diff(expected, items) ?? undefined,
    };
}

/** An asymmetric matcher such as `expect.arrayContaining` may mean all the items as well as one of them. */
function judgeOne(items: Item[], expected: object, tools: MatcherTools): MatchVerdict {
    const isMatcher = 'asymmetricMatch' in expected;
    const pass =
        (isMatcher && areEqual(tools, items, expected)) || items.some((item) => matchesSubset(tools, item, expected));
    return {
        pass,
        expectation: `to have pushed an item with ${stringifyOneLine(tools, expected)}`,
        actual: items.length === 0 ? 'it has pushed none' : `none of its ${countOf(items.length)} is so`,
        details: items.length === 1 ? (tools.utils.diff(expected, items[0]) ?? undefined) : undefined,
    };
}

/** Of a run that has pushed nothing, no item fits, so that a test cannot pass by mistake. */
async function judgeBySchema(items: Item[], schema: StandardSchema): Promise<MatchVerdict> {
    const wanted = 'to have pushed items, all as the schema says';
    if (items.length === 0) return { pass: false, expectation: wanted, actual: 'it has pushed none' };
    const outcomes = await Promise.all(items.map((item) => validateWith(schema, item)));
    const wrong = outcomes.flatMap((outcome, index) => ('problems' in outcome ? [{ index, ...outcome }] : []));
    return {
        pass: wrong.length === 0,
        expectation: wanted,
        actual: `${wrong.length} of its ${countOf(items.length)} ${wrong.length === 1 ? 'is' : 'are'} not`,
        details: wrong
            .slice(0, 5)
            .flatMap(({ index, problems }) => problems.map((problem) => `  item ${index}: ${problem}`))
            .join('\n'),
    };
}

function countOf(count: number): string {
    return count === 1 ? '1 item' : `${count} items`;
}
