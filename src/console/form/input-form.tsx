import { useId, useMemo, useRef, useState } from 'preact/hooks';
import { useBuildOf } from '../actors/use-actor.js';
import { api, ApiError } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { type RunOptionValues, RunOptions } from '../runs/run-options.js';
import { showError } from '../signals/toasts.js';
import { Button } from '../components/button.js';
import { CodeEditor } from '../components/code.js';
import { FieldText } from '../components/markdown.js';
import { ResourceView } from '../components/page.js';
import { type ParsedJson, parseJson } from '../components/parse-json.js';
import { Fields } from './fields.js';
import type { InputProblem } from './controls.js';
import { asForm, asJson, createDraft, type InputDraft, type InputSchema, prefilledInput, readDraft } from './schema.js';
import type { ComponentChildren, VNode } from 'preact';
import type { Actor, Build } from '../api/json.js';

/** The edited input and run options, and the elements that edit them. */
export interface InputFormState {
    readonly schema: InputSchema | undefined;
    readonly input: ParsedJson;
    readonly problems: readonly InputProblem[];
    readonly build: Build | null;
    readonly runOptions: RunOptionValues;
    readonly editor: VNode;
    readonly options: VNode;
    /** Also shows the errors of fields that were not edited. */
    readonly showAll: () => void;
    readonly showsAll: boolean;
}

interface InputFormProps {
    readonly actor: Actor;
    /** If undefined, the form starts with the prefills of the schema. */
    readonly initialInput: { readonly input: unknown } | undefined;
    readonly initialOptions: RunOptionValues;
    readonly children: (parts: InputFormState) => ComponentChildren;
}

export function InputForm(props: InputFormProps) {
    const [runOptions, setRunOptions] = useState(props.initialOptions);
    const build = useBuildOf(props.actor, runOptions.build);
    return (
        <ResourceView resource={build}>
            {(found) => <LoadedForm {...props} build={found} runOptions={runOptions} onRunOptions={setRunOptions} />}
        </ResourceView>
    );
}

interface LoadedFormProps extends InputFormProps {
    readonly build: Build | null;
    readonly runOptions: RunOptionValues;
    readonly onRunOptions: (runOptions: RunOptionValues) => void;
}

function LoadedForm({ actor, initialInput, build, runOptions, onRunOptions, children }: LoadedFormProps) {
    const json = build?.inputSchema;
    const schema = useMemo(() => (json === undefined ? undefined : (JSON.parse(json) as InputSchema)), [json]);
    const [draft, setDraft] = useState(() => {
        const input = initialInput === undefined ? defaultInput(actor, schema) : initialInput.input;
        return createDraft(input, schema !== undefined);
    });
    const input = useMemo(() => readDraft(draft), [draft]);
    const checked = schema === undefined || !input.ok ? undefined : (input.value ?? {});
    const problems = useInputProblems(actor.id, runOptions.build ?? actor.defaultRunOptions.build, checked);
    const [showsAll, setShowsAll] = useState(false);
    const showAll = (): void => setShowsAll(true);
    const editor = (
        <section class="card" aria-label="Input">
            <InputEditor {...{ schema, draft, problems, showsAll }} onChange={setDraft} />
        </section>
    );
    const options = (
        <RunOptions actor={actor} values={runOptions} onChange={onRunOptions} defaults={actor.defaultRunOptions} />
    );
    return <>{children({ schema, input, problems, build, runOptions, editor, options, showsAll, showAll })}</>;
}

interface InputEditorProps extends Pick<InputFormState, 'schema' | 'problems' | 'showsAll'> {
    readonly draft: InputDraft;
    readonly onChange: (draft: InputDraft) => void;
}

function InputEditor({ schema, draft, onChange, problems, showsAll }: InputEditorProps) {
    const id = useId();
    const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
    const touch = (path: string): void => {
        if (!touched.has(path)) setTouched(new Set([...touched, path]));
    };
    const goToForm = (): void => {
        const next = asForm(draft);
        if (typeof next === 'string') showError(next);
        else onChange(next);
    };
    const extra = useMemo(() => extraProperties(schema, draft), [schema, draft]);
    return (
        <div class="input-editor">
            {schema ? (
                <div class="row spread">
                    <div class="soft">{schema.description && <FieldText text={schema.description} />}</div>
                    <div class="switch" role="group" aria-label="Editor">
                        <Button isPressed={draft.mode === 'form'} onPress={goToForm}>
                            Form
                        </Button>
                        <Button isPressed={draft.mode === 'json'} onPress={() => onChange(asJson(draft))}>
                            JSON
                        </Button>
                    </div>
                </div>
            ) : (
                <p class="soft">
                    The Actor has no input schema, so its input can be any JSON. Add a schema to <code>.actor</code> to
                    get a form.
                </p>
            )}
            {draft.mode === 'form' && schema ? (
                <Fields
                    schema={schema}
                    value={draft.value}
                    onChange={(value) => onChange({ mode: 'form', value })}
                    path=""
                    scope={{ id, problems, showsAll, touched, touch }}
                />
            ) : (
                <JsonInput draft={draft} onChange={onChange} problems={problems} />
            )}
            {extra.length > 0 && (
                <p class="faint">
                    Extra properties (sent unchanged): <code>{extra.join(', ')}</code>
                </p>
            )}
        </div>
    );
}

function JsonInput({ draft, onChange, problems }: Pick<InputEditorProps, 'draft' | 'onChange' | 'problems'>) {
    const input = readDraft(draft);
    const messages = input.ok ? problems.map(({ message }) => message) : [`${input.message}.`];
    return (
        <>
            <CodeEditor
                value={draft.mode === 'json' ? draft.text : ''}
                label="Input as JSON"
                errorLine={input.ok ? undefined : input.line}
                placeholder="{}"
                minRows={10}
                onChange={(text) => onChange({ mode: 'json', text })}
            />
            <div aria-live="polite">
                {messages.map((message) => (
                    <p class="field-error" key={message}>
                        {message}
                    </p>
                ))}
            </div>
        </>
    );
}

function extraProperties(schema: InputSchema | undefined, draft: InputDraft): string[] {
    if (schema === undefined || draft.mode !== 'form') return [];
    const { properties } = schema;
    return Object.keys(draft.value).filter((name) => !properties[name] || properties[name].editor === 'hidden');
}

/** Returns the input of a new form: the prefills of the schema, or, without a schema, the example of the Actor. */
function defaultInput({ exampleRunInput }: Actor, schema: InputSchema | undefined): unknown {
    if (schema) return prefilledInput(schema);
    const example = parseJson(exampleRunInput?.body ?? '');
    return example.ok ? example.value : undefined;
}

const DEBOUNCE_MILLIS = 250;

/** Validates an input with the engine while it is edited. @param input - If undefined, nothing is checked. */
function useInputProblems(actorId: string, build: string, input: unknown): readonly InputProblem[] {
    const body = JSON.stringify(input);
    const last = useRef<readonly InputProblem[]>([]);
    const { value } = useResource(`problems ${actorId} ${build} ${body}`, async (signal) => {
        await new Promise((resolve) => setTimeout(resolve, DEBOUNCE_MILLIS));
        if (signal.aborted || body === undefined) return [];
        const headers = { 'content-type': 'application/json' };
        const options = { method: 'POST', query: { build }, headers, body, signal } as const;
        return api(`/acts/${actorId}/validate-input`, options).then(
            () => [],
            (error: unknown) => problemsIn(error) ?? last.current,
        );
    });
    if (value) last.current = value;
    return last.current;
}

/** Returns the errors by field if the API rejected an input; undefined for other errors. */
export function problemsIn(error: unknown): readonly InputProblem[] | undefined {
    if (!(error instanceof ApiError) || error.type !== 'invalid-input') return undefined;
    return (error.data as { fields?: readonly InputProblem[] } | undefined)?.fields ?? [];
}
