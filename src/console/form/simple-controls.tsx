import { useState } from 'preact/hooks';
import type { FormScope } from './input-draft.js';
import { type FieldSchema, placeholderOf } from './schema.js';
import { Button } from '../ui/button.js';
import { CodeEditor } from '../ui/code-editor.js';

/** What edits the value of a field. */
export interface ControlProps {
    readonly id: string;
    /** Where it is in the input: `proxy`, `pages.0.url`. */
    readonly path: string;
    readonly schema: FieldSchema;
    readonly value: unknown;
    /** Undefined takes the property away, so that its default counts. */
    readonly onChange: (value: unknown) => void;
    readonly scope: FormScope;
    readonly label: string;
    readonly isInvalid: boolean;
    /** The ids of what says more of it. */
    readonly describedBy: string | undefined;
}

/** What every field element is told. */
export function elementProps({ id, isInvalid, describedBy }: ControlProps) {
    return { id, 'aria-invalid': isInvalid, 'aria-describedby': describedBy };
}

/** For a field whose type changes: the types of elements have one for each, and none for all. */
export function typed(type: 'text' | 'password' | 'url' | 'date'): { type: 'text' } {
    return { type: type as 'text' };
}

/** For one line of text. */
export function TextControl(props: ControlProps) {
    const { schema, value, onChange } = props;
    const [isShown, show] = useState(false);
    const isSecret = schema.isSecret === true;
    const field = (
        <input
            {...elementProps(props)}
            {...typed(isSecret && !isShown ? 'password' : 'text')}
            autocomplete="off"
            value={textOf(value)}
            placeholder={placeholderOf(schema)}
            onInput={({ currentTarget }) => onChange(currentTarget.value || undefined)}
        />
    );
    if (!isSecret) return field;
    return (
        <div class="joined">
            {field}
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

/** For code. */
export function CodeControl(props: ControlProps) {
    const { id, schema, value, onChange, label, describedBy } = props;
    return (
        <CodeEditor
            id={id}
            value={textOf(value)}
            label={label}
            describedBy={describedBy}
            placeholder={placeholderOf(schema)}
            onChange={(text) => onChange(text === '' ? undefined : text)}
        />
    );
}

function textOf(value: unknown): string {
    return typeof value === 'string' ? value : '';
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
                onInput={({ currentTarget: { value: text, valueAsNumber } }) =>
                    onChange(text === '' || Number.isNaN(valueAsNumber) ? undefined : valueAsNumber)
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
    return (
        <label class="check">
            <input
                {...elementProps(props)}
                type="checkbox"
                checked={isOn}
                onChange={({ currentTarget }) => onChange(currentTarget.checked)}
            />
            <span>{label}</span>
        </label>
    );
}

/** For one of several texts; where they are only suggestions, for any. */
export function SelectControl(props: ControlProps) {
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

function SuggestControl(props: ControlProps) {
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
export function MultiSelectControl(props: ControlProps) {
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

type DateKind = 'absolute' | 'relative';

const UNITS = ['minute', 'hour', 'day', 'week', 'month', 'year'];
const RELATIVE = /^(\d+)\s*(minute|hour|day|week|month|year)s?$/;

/** For a date, as `2026-11-26`, or how long before now, as `3 days`. */
export function DateControl(props: ControlProps) {
    const { schema, value, onChange } = props;
    const { dateType = 'absolute' } = schema;
    const [chosen, choose] = useState<DateKind>(RELATIVE.test(String(value)) ? 'relative' : 'absolute');
    const kind = dateType === 'absoluteOrRelative' ? chosen : dateType;
    return (
        <div class="joined narrow">
            {dateType === 'absoluteOrRelative' && (
                <select
                    aria-label="Kind of date"
                    value={kind}
                    onChange={({ currentTarget }) => {
                        choose(currentTarget.value as DateKind);
                        onChange(undefined);
                    }}
                >
                    <option value="absolute">On</option>
                    <option value="relative">Ago</option>
                </select>
            )}
            {kind === 'absolute' ? <AbsoluteDate {...props} /> : <RelativeDate {...props} />}
        </div>
    );
}

function AbsoluteDate(props: ControlProps) {
    const { schema, value, onChange } = props;
    const text = typeof value === 'string' ? value : '';
    // A time of day, or anything else that a calendar cannot show, is not to be lost.
    const type = text === '' || /^\d{4}-\d\d-\d\d$/.test(text) ? 'date' : 'text';
    return (
        <input
            {...elementProps(props)}
            {...typed(type)}
            value={text}
            placeholder={placeholderOf(schema)}
            onInput={({ currentTarget }) => onChange(currentTarget.value || undefined)}
        />
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
            <select
                aria-label="Unit"
                value={count === '' ? shownUnit : unit}
                onChange={({ currentTarget }) => change(count, currentTarget.value)}
            >
                {UNITS.map((name) => (
                    <option key={name} value={name}>{`${name}s`}</option>
                ))}
            </select>
        </>
    );
}
