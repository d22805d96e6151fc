import { useId, type ComponentChildren, type JSX } from '../preact.js';
import { Icon } from './icon.js';

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
}): JSX.Element {
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
}): JSX.Element {
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
}): JSX.Element {
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
