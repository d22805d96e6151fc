import type { JSX } from 'preact';
import { useId, useMemo, useState } from 'preact/hooks';
import { asForm, asJson, readDraft, type InputDraft } from './draft.js';
import { Fields } from './fields.js';
import type { InputProblem } from './input-draft.js';
import type { InputSchema } from './schema.js';
import { showTrouble } from '../state/toasts.js';
import { Button } from '../ui/button.js';
import { CodeEditor } from '../ui/code-editor.js';

/** Writes an input: by a form made from the schema, or as JSON; one can go from one to the other and back. */
export function InputEditor({
    schema,
    draft,
    onChange,
    problems,
    showsAll,
}: {
    schema: InputSchema | undefined;
    draft: InputDraft;
    onChange: (draft: InputDraft) => void;
    problems: readonly InputProblem[];
    /** Whether problems are shown of fields that nobody has been at yet. */
    showsAll: boolean;
}) {
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
    const unknown = useMemo(() => unknownProperties(schema, draft), [schema, draft]);
    return (
        <div class="input-editor">
            {schema ? (
                <div class="row spread">
                    <div class="soft">{schema.description && <FieldText text={schema.description} />}</div>
                    <div class="switch" role="group" aria-label="How to write the input">
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
                    The Actor has no input schema: its input is whatever JSON it reads. A schema in <code>.actor</code>{' '}
                    makes a form of this.
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
            {unknown.length > 0 && (
                <p class="faint">
                    Not in the form, and sent as it is: <code>{unknown.join(', ')}</code>
                </p>
            )}
        </div>
    );
}

function JsonInput({
    draft,
    onChange,
    problems,
}: {
    draft: InputDraft;
    onChange: (draft: InputDraft) => void;
    problems: readonly InputProblem[];
}) {
    const text = draft.mode === 'json' ? draft.text : '';
    const input = readDraft(draft);
    return (
        <>
            <CodeEditor
                value={text}
                label="Input as JSON"
                errorLine={input.ok ? undefined : input.line}
                placeholder="{}"
                leastRows={10}
                onChange={(next) => onChange({ mode: 'json', text: next })}
            />
            <div aria-live="polite">
                {!input.ok && (
                    <p class="field-trouble">
                        Line {input.line}, column {input.column}: {input.message}.
                    </p>
                )}
                {input.ok &&
                    problems.map(({ field, message }) => (
                        <p class="field-trouble" key={field + message}>
                            {message}
                        </p>
                    ))}
            </div>
        </>
    );
}

function unknownProperties(schema: InputSchema | undefined, draft: InputDraft): string[] {
    if (schema === undefined || draft.mode !== 'form') return [];
    return Object.keys(draft.value).filter((name) => {
        const field = schema.properties[name];
        return field === undefined || field.editor === 'hidden';
    });
}

/** What authors of schemas write: text, with some HTML in it. */
const PART =
    /<a\s[^>]*href=["']([^"']+)["'][^>]*>(.*?)<\/a>|<code>(.*?)<\/code>|<(?:b|strong)>(.*?)<\/(?:b|strong)>|<br\s*\/?>|`([^`]+)`/gis;

/**
 * A description, with links, code and bold text as its author has marked them. Nothing else of it is markup, and all of it is made
 * here: no text of others becomes a part of the page as it is.
 */
export function FieldText({ text }: { text: string }) {
    const parts: (JSX.Element | string)[] = [];
    let start = 0;
    for (const match of text.matchAll(PART)) {
        parts.push(plain(text.slice(start, match.index)), <Marked match={match} key={match.index} />);
        start = match.index + match[0].length;
    }
    parts.push(plain(text.slice(start)));
    return <p>{parts}</p>;
}

function Marked({ match }: { match: RegExpExecArray | RegExpMatchArray }) {
    const [, href, linked, code, bold, quoted] = match;
    if (href !== undefined && linked !== undefined) {
        if (!/^https?:\/\//i.test(href)) return <>{plain(linked)}</>;
        return (
            <a href={href} target="_blank" rel="noreferrer noopener">
                {plain(linked)}
            </a>
        );
    }
    if (code !== undefined || quoted !== undefined) return <code>{plain(code ?? quoted ?? '')}</code>;
    return bold === undefined ? <br /> : <strong>{plain(bold)}</strong>;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00A0' };

/** Without other tags, and with the usual entities as what they stand for. */
function plain(text: string): string {
    return text
        .replace(/<\/?[a-z][^<>]*>/gi, '')
        .replace(/&(\w+|#39);/g, (whole, name) => ENTITIES[String(name)] ?? whole);
}
