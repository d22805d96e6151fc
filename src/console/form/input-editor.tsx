import { useId, useMemo, useState } from 'preact/hooks';
import { showTrouble } from '../state/toasts.js';
import { Button } from '../ui/button.js';
import { CodeEditor } from '../ui/code.js';
import { FieldText } from './field-text.js';
import { Fields } from './fields.js';
import { asForm, asJson, type InputDraft, type InputSchema, readDraft } from './schema.js';
import type { InputProblem } from './input-draft.js';

interface InputEditorProps {
    readonly schema: InputSchema | undefined;
    readonly draft: InputDraft;
    readonly onChange: (draft: InputDraft) => void;
    readonly problems: readonly InputProblem[];
    /** True if errors of fields that were not edited are shown too. */
    readonly showsAll: boolean;
}

/** Edits an input: by a form made from the schema, or as JSON. */
export function InputEditor({ schema, draft, onChange, problems, showsAll }: InputEditorProps) {
    const id = useId();
    const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
    const touch = (path: string): void => {
        if (!touched.has(path)) setTouched(new Set([...touched, path]));
    };
    const goToForm = (): void => {
        const next = asForm(draft);
        if (typeof next === 'string') showTrouble(next);
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
                    The Actor has no input schema: its input is any JSON. Add a schema to <code>.actor</code> to get a
                    form.
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
    const messages = input.ok ? problems.map(({ message }) => message) : [`${input.trouble}.`];
    return (
        <>
            <CodeEditor
                value={draft.mode === 'json' ? draft.text : ''}
                label="Input as JSON"
                errorLine={input.ok ? undefined : input.line}
                placeholder="{}"
                leastRows={10}
                onChange={(text) => onChange({ mode: 'json', text })}
            />
            <div aria-live="polite">
                {messages.map((message) => (
                    <p class="field-trouble" key={message}>
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
