import { useState } from 'preact/hooks';
import { Button } from '../ui/button.js';
import { CodeEditor } from '../ui/code.js';
import { Check, CheckList, type Option, Select, Suggestions, TextInput } from '../ui/fields.js';
import { NumberInput } from '../ui/forms.js';
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

interface LineProps extends ControlProps {
    readonly type?: 'text' | 'password' | 'date';
    readonly list?: string;
    readonly placeholder?: string | undefined;
}

/** An element for one line of text. */
export function Line({ type, list, placeholder, ...control }: LineProps) {
    const { schema, value, onChange } = control;
    return (
        <TextInput
            element={elementProps(control)}
            type={type}
            list={list}
            value={textOf(value)}
            placeholder={placeholder ?? placeholderOf(schema)}
            onChange={(text) => onChange(text || undefined)}
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
    const { minimum: min, maximum: max, unit, type } = schema;
    return (
        <div class="joined narrow">
            <NumberInput
                element={{ ...elementProps(props), min, max, step: type === 'integer' ? 1 : 'any' }}
                value={typeof value === 'number' ? value : ''}
                placeholder={placeholderOf(schema)}
                onChange={onChange}
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

/** Returns the values that a schema knows, with their titles. */
function optionsOf({ enum: choices, enumSuggestedValues = [], enumTitles = [] }: FieldSchema): Option[] {
    return (choices ?? enumSuggestedValues).map((choice, index) => [choice, enumTitles[index] || choice]);
}

/** For one of several texts; where they are only suggestions, for any. */
export function SelectControl(props: ControlProps) {
    const { schema, value, onChange } = props;
    const known = optionsOf(schema);
    if (schema.enum === undefined) {
        const listId = `${props.id}-choices`;
        return (
            <>
                <Line {...props} list={listId} placeholder={placeholderOf(schema) ?? 'Select, or enter another'} />
                <Suggestions id={listId} options={known} />
            </>
        );
    }
    const fallback = String(schema.default ?? '');
    const title = known.find(([choice]) => choice === fallback)?.[1] ?? fallback;
    const text = String(value ?? '');
    const options: Option[] = schema.enum.includes('') ? [] : [['', title === '' ? 'Select…' : `Default: ${title}`]];
    options.push(...known);
    if (text !== '' && !schema.enum.includes(text)) options.push([text, `${text} (not in the schema)`]);
    return (
        <Select
            element={elementProps(props)}
            value={text}
            options={options}
            onChange={(choice) => onChange(choice || undefined)}
        />
    );
}

/** For several of several texts. */
export function MultiSelectControl({ schema, value, onChange, label, describedBy }: ControlProps) {
    const { items = { type: 'string' }, default: fallback } = schema;
    const known = optionsOf(items);
    const chosen = [value, fallback].find(Array.isArray)?.map(String) ?? [];
    const others = chosen.filter((choice) => !known.some(([other]) => other === choice));
    const add = (event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }): void => {
        const text = event.currentTarget.value.trim();
        if (event.key !== 'Enter' || text === '') return;
        event.preventDefault();
        event.currentTarget.value = '';
        if (!chosen.includes(text)) onChange([...chosen, text]);
    };
    return (
        <CheckList
            {...{ label, describedBy, chosen, onChange }}
            options={[...known, ...others.map((choice) => [choice, choice] as const)]}
        >
            {items.enum === undefined && (
                <input type="text" aria-label="Add another" placeholder="Add another…" onKeyDown={add} />
            )}
        </CheckList>
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
    const [, count = '', unit] = RELATIVE.exec(textOf(value)) ?? [];
    const [lastUnit, setLastUnit] = useState('day');
    const shownUnit = unit ?? lastUnit;
    const change = (next: number | string | undefined, nextUnit: string): void => {
        setLastUnit(nextUnit);
        onChange(
            next === undefined || next === '' ? undefined : `${next} ${nextUnit}${String(next) === '1' ? '' : 's'}`,
        );
    };
    return (
        <>
            <NumberInput
                element={{ ...elementProps(props), step: 1 }}
                value={count}
                placeholder={placeholderOf(schema)}
                onChange={(next) => change(next, shownUnit)}
            />
            <Select label="Unit" value={shownUnit} options={UNITS} onChange={(next) => change(count, next)} />
        </>
    );
}

function textOf(value: unknown): string {
    return typeof value === 'string' ? value : '';
}
