import { invalid } from '../../util/check.js';
import { areEqual, matcher, oneLine, type Matcher, type MatcherTools } from './matcher.js';
import type { RunHandle } from '../../engine/run-handle.js';

interface Called {
    /** As `owner/name`. */
    readonly actor: string;
    readonly input: unknown;
}

export const toHaveCalledActor: Matcher<[actor: string, input?: unknown]> = matcher(
    'toHaveCalledActor',
    async (run, tools, actor, ...input) => {
        if (typeof actor !== 'string') throw invalid('actor', actor, 'the name of an Actor');
        const calls = (await Promise.all((await run.startedRuns()).map(toCall))).filter((call) => isOf(call, actor));
        const wanted = `to have called ${actor}`;
        if (input.length === 0) return { pass: calls.length > 0, wanted, found: await whatElse(run) };
        const [expected] = input;
        return {
            pass: calls.some((call) => areEqual(tools, call.input, expected)),
            wanted: `${wanted} with the input ${oneLine(tools, expected)}`,
            found: calls.length === 0 ? await whatElse(run) : `it was called with ${inputsOf(calls, tools)}`,
            details: calls.length === 1 ? (tools.utils.diff(expected, calls[0]!.input) ?? undefined) : undefined,
        };
    },
);

async function toCall(run: RunHandle): Promise<Called> {
    const actor = await run.actor();
    const record = await run.keyValueStore.getRecord('INPUT');
    return { actor: actor ? `${actor.username}/${actor.name}` : '', input: record?.value };
}

/** An Actor may be named with its owner or without. */
function isOf({ actor }: Called, name: string): boolean {
    return actor === name || actor.slice(actor.indexOf('/') + 1) === name;
}

async function whatElse(run: RunHandle): Promise<string> {
    const others = new Set((await Promise.all((await run.startedRuns()).map(toCall))).map(({ actor }) => actor));
    return others.size === 0 ? 'it has called none' : `it has called only ${[...others].join(', ')}`;
}

function inputsOf(calls: readonly Called[], tools: MatcherTools): string {
    return calls.map(({ input }) => oneLine(tools, input)).join(', ');
}
