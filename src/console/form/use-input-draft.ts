import { draftOf, readDraft, type InputDraft } from './draft.js';
import { useInputProblems, type InputProblem } from './problems.js';
import { prefilledInput, readInputSchema, type InputSchema } from './schema.js';
import { useMemo, useState } from '../preact.js';
import type { Actor, Build } from '../api/json.js';
import type { ParsedJson } from '../parts/parse-json.js';

/** An input that is being written for a build of an Actor. */
export interface InputWriting {
    readonly schema: InputSchema | undefined;
    readonly draft: InputDraft;
    readonly setDraft: (draft: InputDraft) => void;
    readonly input: ParsedJson;
    readonly problems: readonly InputProblem[];
}

/**
 * Begins an input, with what is given, or else with what the schema has prefilled; without a schema, with the example of the Actor.
 *
 * @param buildName - Tag or number, for the engine to say what is wrong with the input; default: that of the Actor.
 */
export function useInputDraft(
    actor: Actor,
    build: Build | null,
    given: { readonly input: unknown } | undefined,
    buildName: string | undefined,
): InputWriting {
    const schema = useMemo(() => (build === null ? undefined : readInputSchema(build)), [build]);
    const [draft, setDraft] = useState(() => {
        const begin = given === undefined ? beginning(actor, schema) : given.input;
        return draftOf(begin, schema !== undefined);
    });
    const input = useMemo(() => readDraft(draft), [draft]);
    const checked = schema === undefined || !input.ok ? undefined : (input.value ?? {});
    const problems = useInputProblems(actor.id, buildName ?? actor.defaultRunOptions.build, checked);
    return { schema, draft, setDraft, input, problems };
}

function beginning({ exampleRunInput }: Actor, schema: InputSchema | undefined): unknown {
    if (schema) return prefilledInput(schema);
    if (exampleRunInput === undefined) return undefined;
    try {
        return JSON.parse(exampleRunInput.body) as unknown;
    } catch {
        return undefined;
    }
}
