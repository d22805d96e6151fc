import { invalid } from '../../util/check.js';
import { areEqual, matcher, oneLine, type Matcher, type MatcherTools, type Verdict } from './matcher.js';
import type { RunHandle } from '../../engine/run-handle.js';

export const toHaveOutput: Matcher<[expected?: unknown]> = matcher('toHaveOutput', async (run, tools, ...expected) =>
    judge(run, tools, { key: 'OUTPUT', name: 'an output', expected }),
);

export const toHaveValue: Matcher<[key: string, expected?: unknown]> = matcher(
    'toHaveValue',
    async (run, tools, key, ...expected) => {
        if (typeof key !== 'string') throw invalid('key', key, 'the key of a record');
        return judge(run, tools, { key, name: `a record ${oneLine(tools, key)}`, expected });
    },
);

interface Wanted {
    key: string;
    /** As in "to have an output". */
    name: string;
    /** None where any value will do. */
    expected: [value?: unknown];
}

async function judge(run: RunHandle, tools: MatcherTools, { key, name, expected }: Wanted): Promise<Verdict> {
    const record = await run.keyValueStore.getRecord(key);
    if (expected.length === 0) return { pass: record !== undefined, wanted: `to have ${name}`, found: 'there is none' };
    const [value] = expected;
    const wanted = `to have ${name} that equals ${oneLine(tools, value)}`;
    if (record === undefined) return { pass: false, wanted, found: await whatIsThere(run) };
    return {
        pass: areEqual(tools, record.value, value),
        wanted,
        found: `it is ${oneLine(tools, record.value)}`,
        details: tools.utils.diff(value, record.value) ?? undefined,
    };
}

async function whatIsThere(run: RunHandle): Promise<string> {
    const { items } = await run.keyValueStore.listKeys({ limit: 10 });
    const keys = items.map(({ key }) => key);
    return keys.length === 0 ? 'there is no record at all' : `there are only ${keys.join(', ')}`;
}
