import { useId, useState } from 'preact/hooks';
import { type DialogProps, FormDialog } from './button.js';
import { CodeEditor } from './code.js';
import { Check, type Option, Select, Suggestions, TextInput } from './fields.js';
import { Icon } from './icon.js';
import { type ParsedJson, parseJson } from './parse-json.js';
import type { ComponentChildren } from 'preact';

/** A field of a form, for one property of what the form edits. */
export interface DraftField<Draft> {
    readonly name: keyof Draft & string;
    readonly label: string;
    /** Default: a line of text. A number or a text can also be chosen of `options`. */
    readonly kind?: 'text' | 'area' | 'number' | 'check' | 'code' | 'json' | 'file';
    readonly options?: readonly Option[];
    /** Values for a line of text. */
    readonly suggestions?: readonly Option[];
    readonly about?: ComponentChildren;
    readonly isRequired?: boolean;
    /** Of what the value is a number. */
    readonly unit?: string;
    readonly placeholder?: string | undefined;
    readonly rows?: number;
    /** Returns why a text is invalid; for an empty text, the reason is not shown. */
    readonly check?: (text: string) => string | undefined;
}

/** What a form edits, and how it changes. */
export interface DraftProps<Draft> {
    readonly draft: Draft;
    readonly onChange: (changed: Partial<Draft>) => void;
}

/** The fields of a form, from a table of them. */
export function DraftFields<Draft>(props: DraftProps<Draft> & { fields: readonly DraftField<Draft>[] }) {
    const { draft, onChange, fields } = props;
    return fields.map((field) => (
        <Field
            key={field.name}
            field={field}
            value={draft[field.name]}
            onChange={(value) => onChange({ [field.name]: value } as Partial<Draft>)}
        />
    ));
}

interface FieldProps {
    readonly field: Omit<DraftField<unknown>, 'name'>;
    readonly value: unknown;
    readonly onChange: (value: unknown) => void;
}

/** A field with its name, what it is for, and what is wrong with it. */
function Field({ field, value, onChange }: FieldProps) {
    const id = useId();
    const { label, kind, about, isRequired, unit } = field;
    const text = textOf(value);
    const wrong = text.trim() === '' ? undefined : jsonErrorOf(field, text);
    const trouble = wrong?.trouble ?? (text === '' ? undefined : field.check?.(text));
    const isCheck = kind === 'check';
    return (
        <div class="field">
            {isCheck ? (
                <Check label={label} isOn={value === true} onChange={onChange} />
            ) : (
                <>
                    <div class="field-head">
                        <label for={id}>
                            {label}
                            {isRequired && <span class="required">*</span>}
                        </label>
                        {unit && <span class="faint">{unit}</span>}
                    </div>
                    <Input {...{ id, field, text, onChange, trouble }} errorLine={wrong?.line} />
                </>
            )}
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

interface InputProps extends Pick<FieldProps, 'field' | 'onChange'> {
    readonly id: string;
    readonly text: string;
    readonly trouble: string | undefined;
    readonly errorLine: number | undefined;
}

function Input({ id, field, text, onChange, trouble, errorLine }: InputProps) {
    const { kind, options, suggestions, placeholder, rows } = field;
    const toValue = (next: string): unknown => (kind === 'number' ? Number(next) : next);
    if (options) {
        const choose = (next: string): void => onChange(next === '' ? undefined : toValue(next));
        return <Select element={{ id }} value={text} options={options} onChange={choose} />;
    }
    switch (kind) {
        case 'code':
        case 'json':
            return <CodeEditor {...{ id, onChange, placeholder, errorLine }} value={text} leastRows={rows} />;
        case 'area': {
            const area = { id, placeholder, rows: rows ?? 2, wrap: rows ? 'off' : undefined };
            return <textarea {...area} value={text} onInput={({ currentTarget }) => onChange(currentTarget.value)} />;
        }
        case 'file':
            return <input id={id} type="file" onChange={({ currentTarget }) => onChange(currentTarget.files?.[0])} />;
        case 'number':
            return <NumberInput element={{ id }} value={text} placeholder={placeholder} onChange={onChange} />;
        default: {
            const listId = `${id}-list`;
            const element = { id, 'aria-invalid': trouble !== undefined };
            return (
                <>
                    <TextInput {...{ onChange, placeholder, element }} value={text} list={suggestions && listId} />
                    {suggestions && <Suggestions id={listId} options={suggestions} />}
                </>
            );
        }
    }
}

interface NumberProps {
    readonly value: string | number;
    readonly onChange: (value: number | undefined) => void;
    readonly placeholder?: string | undefined;
    /** More attributes of the element. */
    readonly element: object;
}

/** An element for a number; empty for undefined. */
export function NumberInput({ value, onChange, placeholder, element }: NumberProps) {
    return (
        <input
            min={0}
            step="any"
            {...element}
            type="number"
            value={value}
            placeholder={placeholder}
            onInput={({ currentTarget: { valueAsNumber: figure } }) =>
                onChange(Number.isNaN(figure) ? undefined : figure)
            }
        />
    );
}

interface DraftDialogProps<Draft> extends Omit<DialogProps, 'children'> {
    readonly verb: string;
    readonly begin: Draft;
    readonly fields: readonly DraftField<Draft>[] | ((draft: Draft) => readonly DraftField<Draft>[]);
    /** Shown above the fields. */
    readonly children?: ComponentChildren;
    readonly onSubmit: (draft: Draft) => unknown;
}

/** A dialog with a small form, which can be submitted once its fields are valid. */
export function DraftDialog<Draft>({ begin, fields, children, onSubmit, ...dialog }: DraftDialogProps<Draft>) {
    const [draft, setDraft] = useState(begin);
    const shown = typeof fields === 'function' ? fields(draft) : fields;
    const isReady = shown.every((field) => isValid(field, textOf(draft[field.name])));
    return (
        <FormDialog {...dialog} isReady={isReady} onSubmit={() => onSubmit(draft)}>
            {children}
            <DraftFields
                draft={draft}
                onChange={(changed) => setDraft((before) => ({ ...before, ...changed }))}
                fields={shown}
            />
        </FormDialog>
    );
}

function isValid(field: FieldProps['field'], text: string): boolean {
    return jsonErrorOf(field, text) === undefined && field.check?.(text) === undefined;
}

function jsonErrorOf({ kind }: FieldProps['field'], text: string): Extract<ParsedJson, { ok: false }> | undefined {
    const parsed = kind === 'json' ? parseJson(text) : undefined;
    return parsed?.ok === false ? parsed : undefined;
}

function textOf(value: unknown): string {
    return value === undefined || value === null ? '' : String(value);
}
