import { useId, type ComponentChildren, type JSX } from '../preact.js';
import { CodeEditor } from './code-editor.js';
import type { ParsedJson } from './parse-json.js';

interface FieldProps {
    readonly label: string;
    /** What is wrong with what is in it. */
    readonly trouble?: string | undefined;
}

/** A field for a line of text. */
export function TextField({
    label,
    trouble,
    value,
    onChange,
    placeholder,
    inputMode,
}: FieldProps & {
    value: string;
    onChange: (value: string) => void;
    placeholder?: string;
    /** Which keys a touch screen has for it. */
    inputMode?: 'url' | 'numeric';
}): JSX.Element {
    const id = useId();
    return (
        <Field id={id} label={label} trouble={trouble}>
            <input
                id={id}
                inputMode={inputMode}
                value={value}
                placeholder={placeholder}
                autocomplete="off"
                spellcheck={false}
                aria-invalid={trouble !== undefined}
                aria-describedby={`${id}-trouble`}
                onInput={({ currentTarget }) => onChange(currentTarget.value)}
            />
        </Field>
    );
}

/** A field in which one of few is chosen. */
export function ChoiceField({
    label,
    value,
    choices,
    onChange,
}: FieldProps & {
    value: string;
    /** What is chosen, with the words for it. */
    choices: readonly (readonly [value: string, words: string])[];
    onChange: (value: string) => void;
}): JSX.Element {
    const id = useId();
    return (
        <Field id={id} label={label}>
            <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
                {choices.map(([choice, words]) => (
                    <option key={choice} value={choice}>
                        {words}
                    </option>
                ))}
            </select>
        </Field>
    );
}

/**
 * A field for code, or for JSON.
 *
 * @param parsed - What JSON it is, if it is to be any.
 */
export function CodeField({
    label,
    value,
    onChange,
    parsed,
    leastRows,
}: {
    label: string;
    value: string;
    onChange: (value: string) => void;
    parsed: ParsedJson | undefined;
    leastRows: number;
}): JSX.Element {
    const id = useId();
    const wrong = parsed?.ok === false && value !== '' ? parsed : undefined;
    const trouble = wrong && `Line ${wrong.line}, column ${wrong.column}: ${wrong.message}`;
    return (
        <Field id={id} label={label} trouble={trouble}>
            <CodeEditor
                id={id}
                value={value}
                onChange={onChange}
                errorLine={wrong?.line}
                describedBy={`${id}-trouble`}
                leastRows={leastRows}
            />
        </Field>
    );
}

function Field({
    id,
    label,
    trouble,
    children,
}: FieldProps & { id: string; children: ComponentChildren }): JSX.Element {
    return (
        <div class="field">
            <label for={id}>{label}</label>
            {children}
            <p class="field-trouble" id={`${id}-trouble`} role="alert">
                {trouble}
            </p>
        </div>
    );
}
