import { invalid } from '../../util/check.js';
import {
    areEqual,
    createMatcher,
    stringifyOneLine,
    type Matcher,
    type MatcherTools,
    type CheckResult,
    matchesSubset,
} from './matcher.js';
import { isStandardSchema, validateWith, type StandardSchema } from '../standard-schema.js';
import type { RunHandle } from '../../engine/run-handle.js';
import type { Item } from '../../model/api/storage.js';

export const toHaveOutput: Matcher<[expected?: unknown]> = createMatcher(
    'toHaveOutput',
    async (run, tools, ...expected) => checkRecord(run, tools, { key: 'OUTPUT', name: 'an output', expected }),
);

export const toHaveValue: Matcher<[key: string, expected?: unknown]> = createMatcher(
    'toHaveValue',
    async (run, tools, key, ...expected) => {
        if (typeof key !== 'string') throw invalid('key', key, 'the key of a record');
        return checkRecord(run, tools, { key, name: `a record ${stringifyOneLine(tools, key)}`, expected });
    },
);

interface ExpectedRecord {
    key: string;
    /** Description, as in "to have an output". */
    name: string;
    /** Expected value; empty for any. */
    expected: [value?: unknown];
}

async function checkRecord(
    run: RunHandle,
    tools: MatcherTools,
    { key, name, expected }: ExpectedRecord,
): Promise<CheckResult> {
    const record = await run.keyValueStore.getRecord(key);
    if (expected.length === 0)
        return { pass: record !== undefined, expectation: `to have ${name}`, actual: 'it does not exist' };
    const [value] = expected;
    const expectation = `to have ${name} that equals ${stringifyOneLine(tools, value)}`;
    if (record === undefined) return { pass: false, expectation, actual: await formatKeys(run) };
    return {
        pass: areEqual(tools, record.value, value),
        expectation,
        actual: `it is ${stringifyOneLine(tools, record.value)}`,
        details: tools.utils.diff(value, record.value) ?? undefined,
    };
}

async function formatKeys(run: RunHandle): Promise<string> {
    const { items } = await run.keyValueStore.listKeys({ limit: 10 });
    const keys = items.map(({ key }) => key);
    return keys.length === 0 ? 'the store has no records' : `the store has only ${keys.join(', ')}`;
}

/** Expected items: their number, all of them in order, the fields of one of them, or a schema of each. */
export type ExpectedItems = number | readonly unknown[] | object | StandardSchema;

export const toHavePushed: Matcher<[expected?: ExpectedItems]> = createMatcher(
    'toHavePushed',
    async (run, tools, expected) => checkItems(await run.items(), expected, tools),
);

async function checkItems(items: Item[], expected: unknown, tools: MatcherTools): Promise<CheckResult> {
    const actual = `it pushed ${formatCount(items.length)}`;
    if (expected === undefined) return { pass: items.length > 0, expectation: 'to have pushed items', actual };
    if (typeof expected === 'number') {
        return {
            pass: items.length === expected,
            expectation: `to have pushed ${formatCount(expected)}`,
            actual,
        };
    }
    if (isStandardSchema(expected)) return checkBySchema(items, expected);
    if (Array.isArray(expected)) return checkAllItems(items, expected, tools);
    if (typeof expected === 'object' && expected !== null) return checkOneItem(items, expected, tools);
    throw invalid('expected', expected, 'a number, an array of items, an object with fields of an item, or a schema');
}

function checkAllItems(items: Item[], expected: unknown[], tools: MatcherTools): CheckResult {
    return {
        pass: areEqual(tools, items, expected),
        expectation: `to have pushed exactly these ${formatCount(expected.length)}`,
        actual: items.length === expected.length ? 'they differ' : `it pushed ${formatCount(items.length)}`,
        details: tools.utils.diff(expected, items) ?? undefined,
    };
}

/** An asymmetric matcher such as `expect.arrayContaining` may match the array of items or one of them. */
function checkOneItem(items: Item[], expected: object, tools: MatcherTools): CheckResult {
    const isMatcher = 'asymmetricMatch' in expected;
    const pass =
        (isMatcher && areEqual(tools, items, expected)) || items.some((item) => matchesSubset(tools, item, expected));
    return {
        pass,
        expectation: `to have pushed an item with ${stringifyOneLine(tools, expected)}`,
        actual: items.length === 0 ? 'it pushed none' : `none of its ${formatCount(items.length)} matches`,
        details: items.length === 1 ? (tools.utils.diff(expected, items[0]) ?? undefined) : undefined,
    };
}

/** Fails without items, so that a test does not pass by mistake. */
async function checkBySchema(items: Item[], schema: StandardSchema): Promise<CheckResult> {
    const expectation = 'to have pushed items that all match the schema';
    if (items.length === 0) return { pass: false, expectation, actual: 'it pushed none' };
    const outcomes = await Promise.all(items.map((item) => validateWith(schema, item)));
    const invalidItems = outcomes.flatMap((outcome, index) => ('problems' in outcome ? [{ index, ...outcome }] : []));
    return {
        pass: invalidItems.length === 0,
        expectation,
        actual: `${invalidItems.length} of its ${formatCount(items.length)} ${invalidItems.length === 1 ? 'does' : 'do'} not match`,
        details: invalidItems
            .slice(0, 5)
            .flatMap(({ index, problems }) => problems.map((problem) => `  item ${index}: ${problem}`))
            .join('\n'),
    };
}

function formatCount(count: number): string {
    return count === 1 ? '1 item' : `${count} items`;
}
