import { elementProps, type ControlProps } from '../control-props.js';
import { placeholderOf } from '../placeholder.js';
import type { JSX } from '../../preact.js';

/** For one of several texts; where they are only suggestions, for any. */
export function SelectControl(props: ControlProps): JSX.Element {
    const { schema, value, onChange } = props;
    if (schema.enum === undefined) return <SuggestControl {...props} />;
    const { enum: choices, enumTitles = [], default: fallback } = schema;
    const titleOf = (choice: unknown): string => enumTitles[choices.indexOf(String(choice))] || String(choice);
    const isKnown = value === undefined || choices.includes(String(value));
    return (
        <select
            {...elementProps(props)}
            value={value === undefined ? '' : String(value)}
            onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? undefined : currentTarget.value)}
        >
            {!choices.includes('') && (
                <option value="">
                    {fallback === undefined || fallback === null ? 'Choose…' : `Default: ${titleOf(fallback)}`}
                </option>
            )}
            {choices.map((choice) => (
                <option key={choice} value={choice}>
                    {titleOf(choice)}
                </option>
            ))}
            {!isKnown && <option value={String(value)}>{`${String(value)} (no choice of the schema)`}</option>}
        </select>
    );
}

function SuggestControl(props: ControlProps): JSX.Element {
    const { id, schema, value, onChange } = props;
    const { enumSuggestedValues = [], enumTitles = [] } = schema;
    const listId = `${id}-choices`;
    return (
        <>
            <input
                {...elementProps(props)}
                type="text"
                list={listId}
                autocomplete="off"
                value={typeof value === 'string' ? value : ''}
                placeholder={placeholderOf(schema) ?? 'Choose, or write another'}
                onInput={({ currentTarget }) => onChange(currentTarget.value || undefined)}
            />
            <datalist id={listId}>
                {enumSuggestedValues.map((choice, index) => (
                    <option key={choice} value={choice}>
                        {enumTitles[index] ?? choice}
                    </option>
                ))}
            </datalist>
        </>
    );
}

/** For several of several texts. */
export function MultiSelectControl(props: ControlProps): JSX.Element {
    const { schema, value, onChange, label } = props;
    const { items = { type: 'string' }, default: fallback } = schema;
    const choices = items.enum ?? items.enumSuggestedValues ?? [];
    const chosen = listOf(value) ?? listOf(fallback) ?? [];
    const shown = [...choices, ...chosen.filter((choice) => !choices.includes(choice))];
    const toggle = (choice: string): void =>
        onChange(shown.filter((other) => chosen.includes(other) !== (other === choice)));
    return (
        <div class="choices" role="group" aria-label={label} aria-describedby={props.describedBy}>
            {shown.map((choice) => (
                <label class="check" key={choice}>
                    <input type="checkbox" checked={chosen.includes(choice)} onChange={() => toggle(choice)} />
                    <span>{items.enumTitles?.[choices.indexOf(choice)] ?? choice}</span>
                </label>
            ))}
            {items.enum === undefined && (
                <input
                    type="text"
                    aria-label="Another one"
                    placeholder="Another one, then Enter"
                    onKeyDown={(event) => {
                        const text = event.currentTarget.value.trim();
                        if (event.key !== 'Enter' || text === '') return;
                        event.preventDefault();
                        event.currentTarget.value = '';
                        if (!chosen.includes(text)) onChange([...chosen, text]);
                    }}
                />
            )}
        </div>
    );
}

function listOf(value: unknown): string[] | undefined {
    return Array.isArray(value) ? value.map(String) : undefined;
}
