import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { CodeEditor } from './code-editor.js';
import { Icon } from './icon.js';
import type { ParsedJson } from './parse-json.js';

/** A field with its name, what it is for, and what is wrong with it. */
export function LabelledField({
    label,
    about,
    trouble,
    isRequired = false,
    children,
}: {
    label: string;
    about?: ComponentChildren;
    trouble?: string | undefined;
    isRequired?: boolean;
    /** The field itself, by the id that it is to have. */
    children: (id: string) => ComponentChildren;
}) {
    const id = useId();
    return (
        <div class="field">
            <div class="field-head">
                <label for={id}>
                    {label}
                    {isRequired && <span class="required">*</span>}
                </label>
            </div>
            {children(id)}
            {about && <div class="field-about">{about}</div>}
            {trouble && (
                <p class="field-trouble" role="alert">
                    <Icon name="warning" size={14} />
                    {trouble}
                </p>
            )}
        </div>
    );
}

/** A field for a line of text. */
export function TextField({
    label,
    value,
    onChange,
    about,
    placeholder,
    isRequired = false,
    trouble,
    list,
}: {
    label: string;
    value: string;
    onChange: (value: string) => void;
    about?: ComponentChildren;
    placeholder?: string | undefined;
    isRequired?: boolean;
    trouble?: string | undefined;
    /** Id of what suggests values. */
    list?: string;
}) {
    return (
        <LabelledField label={label} about={about} trouble={trouble} isRequired={isRequired}>
            {(id) => (
                <input
                    id={id}
                    type="text"
                    list={list}
                    autocomplete="off"
                    value={value}
                    placeholder={placeholder}
                    aria-invalid={trouble !== undefined}
                    onInput={({ currentTarget }) => onChange(currentTarget.value)}
                />
            )}
        </LabelledField>
    );
}

/** A box to tick. */
export function CheckField({
    label,
    isOn,
    onChange,
    about,
}: {
    label: string;
    isOn: boolean;
    onChange: (isOn: boolean) => void;
    about?: string;
}) {
    return (
        <div class="field">
            <label class="check">
                <input
                    type="checkbox"
                    checked={isOn}
                    onChange={({ currentTarget }) => onChange(currentTarget.checked)}
                />
                <span>{label}</span>
            </label>
            {about && <div class="field-about">{about}</div>}
        </div>
    );
}

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
}) {
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
}) {
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

/** A field to search in what is shown; the key `/` leads to it. */
export function SearchField({
    value,
    onChange,
    label,
}: {
    value: string;
    onChange: (value: string) => void;
    label: string;
}) {
    return (
        <label class="search-field">
            <Icon name="search" />
            <input
                type="search"
                data-search
                value={value}
                placeholder={label}
                aria-label={label}
                onInput={({ currentTarget }) => onChange(currentTarget.value)}
            />
        </label>
    );
}

/** What is chosen by its id. */
interface Choice {
    readonly id: string;
    readonly name: string;
    readonly title?: string;
}

/** Chooses one of what there is, by name. */
export function IdSelect({
    label,
    prompt,
    choices,
    value,
    onChange,
}: {
    label: string;
    /** What stands there before anything is chosen. */
    prompt: string;
    /** Undefined until they are there. */
    choices: readonly Choice[] | undefined;
    value: string;
    onChange: (id: string) => void;
}) {
    return (
        <select aria-label={label} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
            <option value="">{prompt}</option>
            {choices?.map(({ id, name, title }) => (
                <option key={id} value={id}>
                    {title ?? name}
                </option>
            ))}
        </select>
    );
}
