import { useMemo, useState, useEffect } from 'preact/hooks';
import { api, ApiError } from '../api/api.js';
import type { Actor, Build } from '../api/json.js';
import { draftOf, readDraft, type InputDraft } from './draft.js';
import { prefilledInput, readInputSchema, type InputSchema } from './schema.js';
import type { ParsedJson } from '../ui/parse-json.js';

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

/** What is wrong with a field of an input. */
export interface InputProblem {
    /** Its path: `startUrls.0.url`. */
    readonly field: string;
    readonly message: string;
}

const PATIENCE_MILLIS = 250;

/**
 * What the engine would refuse in an input, as somebody writes it. It is asked, so that it says here what it will say then.
 *
 * @param input - Undefined for what cannot be read at all.
 */
export function useInputProblems(actorId: string, build: string, input: unknown): readonly InputProblem[] {
    const [problems, setProblems] = useState<readonly InputProblem[]>([]);
    const text = JSON.stringify(input);
    useEffect(() => {
        if (text === undefined) {
            setProblems([]);
            return undefined;
        }
        const leave = new AbortController();
        const timer = window.setTimeout(() => {
            findProblems(actorId, build, text, leave.signal).then(setProblems, () => {});
        }, PATIENCE_MILLIS);
        return () => {
            clearTimeout(timer);
            leave.abort();
        };
    }, [actorId, build, text]);
    return problems;
}

async function findProblems(
    actorId: string,
    build: string,
    text: string,
    signal: AbortSignal,
): Promise<readonly InputProblem[]> {
    const headers = { 'content-type': 'application/json' };
    const query = { build };
    try {
        await api(`/acts/${actorId}/validate-input`, { method: 'POST', query, headers, body: text, signal });
        return [];
    } catch (error) {
        const problems = problemsIn(error);
        if (problems) return problems;
        throw error;
    }
}

/** What is wrong with which fields, if that is why a call was refused. */
export function problemsIn(error: unknown): readonly InputProblem[] | undefined {
    if (!(error instanceof ApiError) || error.type !== 'invalid-input') return undefined;
    return (error.data as { fields?: readonly InputProblem[] } | undefined)?.fields ?? [];
}

/** What the fields of one form share. */
export interface FormScope {
    /** Before the ids of its fields. */
    readonly id: string;
    readonly problems: readonly InputProblem[];
    /** Whether problems are shown of fields that nobody has been at yet. */
    readonly showsAll: boolean;
    readonly touched: ReadonlySet<string>;
    /** Somebody has been at the field with that path. */
    readonly touch: (path: string) => void;
}

/** What is to be said at a field: what is wrong with itself, and, unless others say it, with what is within. */
export function messagesAt(scope: FormScope, path: string, includesWithin: boolean): string[] {
    if (!scope.showsAll && !scope.touched.has(path)) return [];
    return scope.problems
        .filter(({ field }) => field === path || (includesWithin && field.startsWith(`${path}.`)))
        .map(({ message }) => tidy(message));
}

/** The field is named beside it already. */
function tidy(message: string): string {
    const bare = message.replace(/^Field input\.[\w.-]+ /, 'It ');
    return bare.endsWith('.') ? bare : `${bare}.`;
}
