import { useState } from 'preact/hooks';
import { Button } from '../ui/button.js';
import { CodeEditor } from '../ui/code.js';
import { Check, Select } from '../ui/fields.js';
import { type FieldSchema, placeholderOf } from './schema.js';
import type { FormScope } from './input-draft.js';

/** What edits the value of a field. */
export interface ControlProps {
    readonly id: string;
    /** Where it is in the input: `proxy`, `pages.0.url`. */
    readonly path: string;
    readonly schema: FieldSchema;
    readonly value: unknown;
    /** Undefined removes the property, so that its default counts. */
    readonly onChange: (value: unknown) => void;
    readonly scope: FormScope;
    readonly label: string;
    readonly isInvalid: boolean;
    /** The ids of its description and its errors. */
    readonly describedBy: string | undefined;
}

/** Returns the attributes that every field element has. */
export function elementProps({ id, isInvalid, describedBy }: ControlProps) {
    return { id, 'aria-invalid': isInvalid, 'aria-describedby': describedBy };
}

/** For an element whose type changes: the types of elements have one for each, and none for all. */
export function typed(type: 'text' | 'password' | 'url' | 'date'): { type: 'text' } {
    return { type: type as 'text' };
}

interface LineProps extends ControlProps {
    readonly type?: 'text' | 'password' | 'url' | 'date';
    readonly list?: string;
    readonly placeholder?: string;
    /** Default: by the label of the field. */
    readonly name?: string;
}

/** An element for one line of text. */
function Line({ type = 'text', list, placeholder, name, ...control }: LineProps) {
    return (
        <input
            {...elementProps(control)}
            {...typed(type)}
            list={list}
            autocomplete="off"
            aria-label={name}
            value={textOf(control.value)}
            placeholder={placeholder ?? placeholderOf(control.schema)}
            onInput={({ currentTarget }) => control.onChange(currentTarget.value || undefined)}
        />
    );
}

/** For one line of text. */
export function TextControl(props: ControlProps) {
    const [isShown, show] = useState(false);
    if (props.schema.isSecret !== true) return <Line {...props} />;
    return (
        <div class="joined">
            <Line {...props} type={isShown ? 'text' : 'password'} />
            <Button isPressed={isShown} onPress={() => show(!isShown)}>
                {isShown ? 'Hide' : 'Show'}
            </Button>
        </div>
    );
}

const MOST_ROWS = 12;

/** For a text of several lines. A secret one is hidden as one of a single line is. */
export function AreaControl(props: ControlProps) {
    const { schema, value, onChange } = props;
    if (schema.isSecret === true) return <TextControl {...props} />;
    const text = textOf(value);
    return (
        <textarea
            {...elementProps(props)}
            rows={Math.min(MOST_ROWS, Math.max(3, text.split('\n').length))}
            value={text}
            placeholder={placeholderOf(schema)}
            onInput={({ currentTarget }) => onChange(currentTarget.value || undefined)}
        />
    );
}

export function CodeControl({ id, schema, value, onChange, label, describedBy }: ControlProps) {
    return (
        <CodeEditor
            {...{ id, label, describedBy }}
            value={textOf(value)}
            placeholder={placeholderOf(schema)}
            onChange={(text) => onChange(text || undefined)}
        />
    );
}

/** For numbers, whole or not, with their unit. */
export function NumberControl(props: ControlProps) {
    const { schema, value, onChange } = props;
    const { minimum, maximum, unit, type } = schema;
    return (
        <div class="joined narrow">
            <input
                {...elementProps(props)}
                type="number"
                step={type === 'integer' ? 1 : 'any'}
                min={minimum}
                max={maximum}
                value={typeof value === 'number' ? value : ''}
                placeholder={placeholderOf(schema)}
                onInput={({ currentTarget: { valueAsNumber: figure } }) =>
                    onChange(Number.isNaN(figure) ? undefined : figure)
                }
            />
            {unit && <span class="unit">{unit}</span>}
        </div>
    );
}

/** For yes and no. Untouched, it shows the default and leaves it to the engine. */
export function CheckControl(props: ControlProps) {
    const { schema, value, onChange, label } = props;
    const isOn = typeof value === 'boolean' ? value : schema.default === true;
    return <Check label={label} isOn={isOn} onChange={onChange} element={elementProps(props)} />;
}

/** For one of several texts; where they are only suggestions, for any. */
export function SelectControl(props: ControlProps) {
    const { schema, value, onChange } = props;
    if (schema.enum === undefined) return <SuggestControl {...props} />;
    const { enum: choices, enumTitles = [], default: fallback } = schema;
    const titleOf = (choice: unknown): string => enumTitles[choices.indexOf(String(choice))] || String(choice);
    const none = fallback === undefined || fallback === null ? 'Select…' : `Default: ${titleOf(fallback)}`;
    const isKnown = value === undefined || choices.includes(String(value));
    const options = [
        ...(choices.includes('') ? [] : [['', none] as const]),
        ...choices.map((choice) => [choice, titleOf(choice)] as const),
        ...(isKnown ? [] : [[String(value), `${String(value)} (not in the schema)`] as const]),
    ];
    return (
        <Select
            element={elementProps(props)}
            value={value === undefined ? '' : String(value)}
            options={options}
            onChange={(choice) => onChange(choice || undefined)}
        />
    );
}

function SuggestControl(props: ControlProps) {
    const { enumSuggestedValues = [], enumTitles = [] } = props.schema;
    const listId = `${props.id}-choices`;
    return (
        <>
            <Line {...props} list={listId} placeholder={placeholderOf(props.schema) ?? 'Select, or enter another'} />
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
export function MultiSelectControl({ schema, value, onChange, label, describedBy }: ControlProps) {
    const { items = { type: 'string' }, default: fallback } = schema;
    const choices = items.enum ?? items.enumSuggestedValues ?? [];
    const chosen = [value, fallback].find(Array.isArray)?.map(String) ?? [];
    const shown = [...choices, ...chosen.filter((choice) => !choices.includes(choice))];
    const toggle = (choice: string): void =>
        onChange(shown.filter((other) => chosen.includes(other) !== (other === choice)));
    return (
        <div class="choices" role="group" aria-label={label} aria-describedby={describedBy}>
            {shown.map((choice) => (
                <Check
                    key={choice}
                    label={items.enumTitles?.[choices.indexOf(choice)] ?? choice}
                    isOn={chosen.includes(choice)}
                    onChange={() => toggle(choice)}
                />
            ))}
            {items.enum === undefined && (
                <input
                    type="text"
                    aria-label="Add another"
                    placeholder="Add another…"
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

const UNITS = ['minute', 'hour', 'day', 'week', 'month', 'year'].map((name) => [name, `${name}s`] as const);
const DATE_KINDS = [
    ['absolute', 'On'],
    ['relative', 'Ago'],
] as const;
const RELATIVE = /^(\d+)\s*(minute|hour|day|week|month|year)s?$/;

/** For a date, as `2026-11-26`, or the time before now, as `3 days`. */
export function DateControl(props: ControlProps) {
    const { schema, value, onChange } = props;
    const { dateType = 'absolute' } = schema;
    const [chosen, choose] = useState(RELATIVE.test(String(value)) ? 'relative' : 'absolute');
    const kind = dateType === 'absoluteOrRelative' ? chosen : dateType;
    // A time of day, or anything else that a calendar cannot show, must not be lost.
    const isDate = textOf(value) === '' || /^\d{4}-\d\d-\d\d$/.test(textOf(value));
    return (
        <div class="joined narrow">
            {dateType === 'absoluteOrRelative' && (
                <Select
                    label="Kind of date"
                    value={kind}
                    options={DATE_KINDS}
                    onChange={(next) => {
                        choose(next);
                        onChange(undefined);
                    }}
                />
            )}
            {kind === 'absolute' ? <Line {...props} type={isDate ? 'date' : 'text'} /> : <RelativeDate {...props} />}
        </div>
    );
}

function RelativeDate(props: ControlProps) {
    const { schema, value, onChange } = props;
    const [, count = '', unit = 'day'] = RELATIVE.exec(String(value ?? '')) ?? [];
    const [shownUnit, showUnit] = useState(unit);
    const change = (nextCount: string, nextUnit: string): void => {
        showUnit(nextUnit);
        onChange(nextCount === '' ? undefined : `${nextCount} ${nextUnit}${nextCount === '1' ? '' : 's'}`);
    };
    return (
        <>
            <input
                {...elementProps(props)}
                type="number"
                min={0}
                step={1}
                value={count}
                placeholder={placeholderOf(schema)}
                onInput={({ currentTarget }) => change(currentTarget.value, shownUnit)}
            />
            <Select
                label="Unit"
                value={count === '' ? shownUnit : unit}
                options={UNITS}
                onChange={(next) => change(count, next)}
            />
        </>
    );
}

function textOf(value: unknown): string {
    return typeof value === 'string' ? value : '';
}
