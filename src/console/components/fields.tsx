import { Icon } from './icon.js';
import type { ComponentChildren } from 'preact';

/** A selectable value and its label. */
export type Option = readonly [value: string, text: string];

interface InputProps {
    readonly value: string;
    readonly onChange: (value: string) => void;
    /** Required for an input without a label element. */
    readonly label?: string | undefined;
    readonly element?: object;
}

interface TextInputProps extends InputProps {
    readonly type?: 'text' | 'password' | 'url' | 'date' | 'number';
    readonly placeholder?: string | undefined;
    /** Id of the {@link Suggestions}. */
    readonly list?: string | undefined;
}

export function TextInput({ value, onChange, type = 'text', label, placeholder, list, element }: TextInputProps) {
    // The types of Preact do not support a variable input type.
    const attributes: object = { ...element, type };
    return (
        <input
            {...attributes}
            list={list}
            autocomplete="off"
            aria-label={label}
            value={value}
            placeholder={placeholder}
            onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
    );
}

/** Values that the browser suggests in a text input. */
export function Suggestions({ id, options }: { id: string; options: readonly Option[] }) {
    return (
        <datalist id={id}>
            <Options options={options} />
        </datalist>
    );
}

interface CheckProps {
    readonly label: ComponentChildren;
    readonly isOn: boolean;
    readonly onChange: (isOn: boolean) => void;
    readonly element?: object;
    readonly className?: string;
}

export function Check({ label, isOn, onChange, element, className = 'check' }: CheckProps) {
    return (
        <label class={className}>
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

interface CheckListProps {
    readonly label: string;
    readonly options: readonly Option[];
    readonly chosen: readonly string[];
    /** Called with the selected values in the order of the options. */
    readonly onChange: (chosen: string[]) => void;
    readonly describedBy?: string | undefined;
    readonly children?: ComponentChildren;
}

/** Checkboxes that select any of several values. */
export function CheckList({ label, options, chosen, onChange, describedBy, children }: CheckListProps) {
    const toggle = (value: string): void =>
        onChange(options.map(([other]) => other).filter((other) => chosen.includes(other) !== (other === value)));
    return (
        <div class="choices" role="group" aria-label={label} aria-describedby={describedBy}>
            {options.map(([value, text]) => (
                <Check key={value} label={text} isOn={chosen.includes(value)} onChange={() => toggle(value)} />
            ))}
            {children}
        </div>
    );
}

export function Select(props: InputProps & { options: readonly Option[] }) {
    const { label, value, options, onChange, element } = props;
    return (
        <select
            {...element}
            aria-label={label}
            value={value}
            onChange={({ currentTarget }) => onChange(currentTarget.value)}
        >
            <Options options={options} />
        </select>
    );
}

function Options({ options }: { options: readonly Option[] }) {
    return options.map(([value, text]) => (
        <option key={value} value={value}>
            {text}
        </option>
    ));
}

/** A field that searches the shown data; the key `/` focuses it. */
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
