import { useId } from 'preact/hooks';
import { CodeEditor } from './code.js';
import { Icon } from './icon.js';
import type { ComponentChildren } from 'preact';
import type { ParsedJson } from './parse-json.js';

interface LabelProps {
    readonly label: string;
    readonly about?: ComponentChildren;
    readonly trouble?: string | undefined;
    readonly isRequired?: boolean;
    /** Of what the value is a number. */
    readonly unit?: string;
}

/** A field with its name, what it is for, and what is wrong with it. @param children - The field itself, by its id. */
export function LabelledField({
    label,
    about,
    trouble,
    isRequired,
    unit,
    children,
}: LabelProps & { children: (id: string) => ComponentChildren }) {
    const id = useId();
    return (
        <div class="field">
            <div class="field-head">
                <label for={id}>
                    {label}
                    {isRequired && <span class="required">*</span>}
                </label>
                {unit && <span class="faint">{unit}</span>}
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

interface TextProps extends LabelProps {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly placeholder?: string | undefined;
    /** Id of what suggests values. */
    readonly list?: string;
}

/** A field for a line of text. */
export function TextField({ value, onChange, placeholder, list, ...label }: TextProps) {
    return (
        <LabelledField {...label}>
            {(id) => (
                <input
                    id={id}
                    type="text"
                    list={list}
                    autocomplete="off"
                    value={value}
                    placeholder={placeholder}
                    aria-invalid={label.trouble !== undefined}
                    onInput={({ currentTarget }) => onChange(currentTarget.value)}
                />
            )}
        </LabelledField>
    );
}

interface CodeProps extends LabelProps {
    readonly value: string;
    readonly onChange: (value: string) => void;
    /** Where it has to be JSON: the result of reading it. */
    readonly parsed?: ParsedJson | undefined;
    readonly leastRows?: number | undefined;
    readonly placeholder?: string;
}

/** A field for code, or for JSON. */
export function CodeField({ value, onChange, parsed, leastRows, placeholder, ...label }: CodeProps) {
    const wrong = parsed?.ok === false && value.trim() !== '' ? parsed : undefined;
    const trouble = wrong && `Line ${wrong.line}, column ${wrong.column}: ${wrong.message}`;
    return (
        <LabelledField {...label} trouble={trouble}>
            {(id) => <CodeEditor {...{ id, value, onChange, leastRows, placeholder }} errorLine={wrong?.line} />}
        </LabelledField>
    );
}

interface CheckProps {
    readonly label: ComponentChildren;
    readonly isOn: boolean;
    readonly onChange: (isOn: boolean) => void;
}

/** A checkbox with its label. @param props.element - More attributes of it. */
export function Check({ label, isOn, onChange, element }: CheckProps & { element?: object }) {
    return (
        <label class="check">
            <input
                {...element}
                type="checkbox"
                checked={isOn}
                onChange={({ currentTarget }) => onChange(currentTarget.checked)}
            />
            <span>{label}</span>
        </label>
    );
}

/** A checkbox as a field of a form. */
export function CheckField({ about, ...check }: CheckProps & { about?: ComponentChildren }) {
    return (
        <div class="field">
            <Check {...check} />
            {about && <div class="field-about">{about}</div>}
        </div>
    );
}

/** A field of a form, for one property of what the form edits. */
export interface DraftField<Draft> extends LabelProps {
    readonly name: keyof Draft & string;
    /** Default: a line of text. */
    readonly kind?: 'check' | 'code' | 'area';
    readonly placeholder?: string;
    readonly leastRows?: number;
}

interface DraftFieldsProps<Draft> {
    readonly draft: Draft;
    readonly onChange: (changed: Partial<Draft>) => void;
    readonly fields: readonly DraftField<Draft>[];
}

/** The fields of a form, from a table of them. */
export function DraftFields<Draft>({ draft, onChange, fields }: DraftFieldsProps<Draft>) {
    return fields.map(({ name, kind, leastRows, ...text }) => {
        const change = (value: string | boolean): void => onChange({ [name]: value } as Partial<Draft>);
        const value = String(draft[name]);
        if (kind === 'check') return <CheckField key={name} {...text} isOn={draft[name] === true} onChange={change} />;
        if (kind === 'code') return <CodeField key={name} {...text} {...{ value, leastRows }} onChange={change} />;
        if (kind === undefined) return <TextField key={name} {...text} value={value} onChange={change} />;
        return (
            <LabelledField key={name} {...text}>
                {(id) => (
                    <textarea
                        id={id}
                        rows={2}
                        value={value}
                        onInput={({ currentTarget }) => change(currentTarget.value)}
                    />
                )}
            </LabelledField>
        );
    });
}

/** A value that can be chosen, and the text for it. */
export type Option = readonly [value: string, text: string];

interface SelectProps {
    /** Needed where no label of a field is. */
    readonly label?: string;
    readonly id?: string;
    readonly value: string;
    readonly options: readonly Option[];
    readonly onChange: (value: string) => void;
    /** More attributes of the element. */
    readonly element?: object;
}

/** Chooses one of few. */
export function Select({ label, id, value, options, onChange, element }: SelectProps) {
    return (
        <select
            id={id}
            {...element}
            aria-label={label}
            value={value}
            onChange={({ currentTarget }) => onChange(currentTarget.value)}
        >
            {options.map(([option, text]) => (
                <option key={option} value={option}>
                    {text}
                </option>
            ))}
        </select>
    );
}

/** A field in which one of few is chosen. */
export function SelectField({ label, ...select }: SelectProps & { label: string }) {
    return <LabelledField label={label}>{(id) => <Select {...select} id={id} />}</LabelledField>;
}

/** A field to search in what is shown; the key `/` leads to it. */
export function SearchField(props: { value: string; onChange: (value: string) => void; label: string }) {
    return (
        <label class="search-field">
            <Icon name="search" />
            <input
                type="search"
                data-search
                value={props.value}
                placeholder={props.label}
                aria-label={props.label}
                onInput={({ currentTarget }) => props.onChange(currentTarget.value)}
            />
        </label>
    );
}
