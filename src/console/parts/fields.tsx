import { CodeEditor } from './code-editor.js';
import { LabelledField } from './labelled-field.js';
import type { ParsedJson } from './parse-json.js';
import type { JSX } from '../preact.js';

/** A field in which one of few is chosen. */
export function ChoiceField({
    label,
    value,
    choices,
    onChange,
}: {
    label: string;
    value: string;
    /** What is chosen, with the words for it. */
    choices: readonly (readonly [value: string, words: string])[];
    onChange: (value: string) => void;
}): JSX.Element {
    return (
        <LabelledField label={label}>
            {(id) => (
                <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
                    {choices.map(([choice, words]) => (
                        <option key={choice} value={choice}>
                            {words}
                        </option>
                    ))}
                </select>
            )}
        </LabelledField>
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
    const wrong = parsed?.ok === false && value !== '' ? parsed : undefined;
    const trouble = wrong && `Line ${wrong.line}, column ${wrong.column}: ${wrong.message}`;
    return (
        <LabelledField label={label} trouble={trouble}>
            {(id) => (
                <CodeEditor id={id} value={value} onChange={onChange} errorLine={wrong?.line} leastRows={leastRows} />
            )}
        </LabelledField>
    );
}
