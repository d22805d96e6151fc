import { useEffect, useMemo, useState } from 'preact/hooks';
import { api, ApiError } from '../api/api.js';
import { draftOf, type InputDraft, type InputSchema, prefilledInput, readDraft, readInputSchema } from './schema.js';
import type { Actor, Build } from '../api/json.js';
import type { ParsedJson } from '../ui/parse-json.js';

/** An input that is being edited for a build of an Actor. */
export interface InputWriting {
    readonly schema: InputSchema | undefined;
    readonly draft: InputDraft;
    readonly setDraft: (draft: InputDraft) => void;
    readonly input: ParsedJson;
    readonly problems: readonly InputProblem[];
}

/**
 * Begins an input, with what is given, or else with the prefills of the schema; without a schema, with the example of the Actor.
 *
 * @param buildName - Tag or number, for the engine to check the input. Default: that of the Actor.
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

/** An error in a field of an input. */
export interface InputProblem {
    /** Its path: `startUrls.0.url`. */
    readonly field: string;
    readonly message: string;
}

const PATIENCE_MILLIS = 250;

/** Returns what the engine would refuse in an input, while it is edited. @param input - Undefined for no check. */
function useInputProblems(actorId: string, build: string, input: unknown): readonly InputProblem[] {
    const [problems, setProblems] = useState<readonly InputProblem[]>([]);
    const body = JSON.stringify(input);
    useEffect(() => {
        if (body === undefined) setProblems([]);
        const leave = new AbortController();
        const check = (): void => {
            if (body === undefined) return;
            const headers = { 'content-type': 'application/json' };
            const options = { method: 'POST', query: { build }, headers, body, signal: leave.signal } as const;
            api(`/acts/${actorId}/validate-input`, options).then(
                () => setProblems([]),
                (error: unknown) => setProblems((before) => problemsIn(error) ?? before),
            );
        };
        const timer = window.setTimeout(check, PATIENCE_MILLIS);
        return () => {
            clearTimeout(timer);
            leave.abort();
        };
    }, [actorId, build, body]);
    return problems;
}

/** Returns the errors by field, if they are why a call was refused. */
export function problemsIn(error: unknown): readonly InputProblem[] | undefined {
    if (!(error instanceof ApiError) || error.type !== 'invalid-input') return undefined;
    return (error.data as { fields?: readonly InputProblem[] } | undefined)?.fields ?? [];
}

/** What the fields of one form share. */
export interface FormScope {
    /** Prefix of the ids of its fields. */
    readonly id: string;
    readonly problems: readonly InputProblem[];
    /** True if errors of fields that were not edited are shown too. */
    readonly showsAll: boolean;
    readonly touched: ReadonlySet<string>;
    readonly touch: (path: string) => void;
}

/** Returns the errors to show at a field: its own, and those within, unless fields within show them. */
export function messagesAt(scope: FormScope, path: string, includesWithin: boolean): string[] {
    if (!scope.showsAll && !scope.touched.has(path)) return [];
    return scope.problems
        .filter(({ field }) => field === path || (includesWithin && field.startsWith(`${path}.`)))
        .map(({ message }) => shorten(message));
}

/** The field is named beside it already: `Field input.url is required` becomes `Required`. */
function shorten(message: string): string {
    const bare = message.replace(/^Field input\.[\w.-]+ (?:is )?/, '');
    return bare.charAt(0).toUpperCase() + bare.slice(1);
}
