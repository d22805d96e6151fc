import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../components/button.js';
import { CodeEditor } from '../components/code.js';
import { Check, CheckList, type Option, Select, Suggestions, TextInput } from '../components/fields.js';
import { parseJson, prettyJson } from '../components/parse-json.js';
import { type FieldSchema, placeholderOf } from './schema.js';

export interface InputProblem {
    /** Its path: `startUrls.0.url`. */
    readonly field: string;
    readonly message: string;
}

export interface FormScope {
    readonly id: string;
    readonly problems: readonly InputProblem[];
    /** True if errors of fields that were not edited are shown too. */
    readonly showsAll: boolean;
    readonly touched: ReadonlySet<string>;
    readonly touch: (path: string) => void;
    /** True if the names of the properties are not shown. */
    readonly hidesKeys?: boolean;
}

export interface ControlProps {
    readonly id: string;
    /** Path in the input: `proxy`, `pages.0.url`. */
    readonly path: string;
    readonly schema: FieldSchema;
    readonly value: unknown;
    /** Undefined removes the property, so that its default applies. */
    readonly onChange: (value: unknown) => void;
    readonly scope: FormScope;
    readonly label: string;
    readonly isInvalid: boolean;
    readonly isRequired?: boolean;
    /** The ids of its description and its errors. */
    readonly describedBy: string | undefined;
}

export function elementProps({ id, isInvalid, describedBy }: ControlProps) {
    return { id, 'aria-invalid': isInvalid, 'aria-describedby': describedBy };
}

interface LineControlProps extends ControlProps {
    readonly type?: 'text' | 'password' | 'date';
    readonly list?: string;
    readonly placeholder?: string | undefined;
}

export function LineControl({ type, list, placeholder, ...control }: LineControlProps) {
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

export function TextControl(props: ControlProps) {
    const [isShown, show] = useState(false);
    if (props.schema.isSecret !== true) return <LineControl {...props} />;
    return (
        <div class="joined">
            <LineControl {...props} type={isShown ? 'text' : 'password'} />
            <Button isPressed={isShown} onPress={() => show(!isShown)}>
                {isShown ? 'Hide' : 'Show'}
            </Button>
        </div>
    );
}

const MAX_ROWS = 12;

/** For a text of several lines. A secret text is edited in a hidden single-line field. */
export function AreaControl(props: ControlProps) {
    const { schema, value, onChange } = props;
    if (schema.isSecret === true) return <TextControl {...props} />;
    const text = textOf(value);
    return (
        <textarea
            {...elementProps(props)}
            rows={Math.max(schema.rows ?? 3, Math.min(MAX_ROWS, text.split('\n').length))}
            value={text}
            placeholder={placeholderOf(schema)}
            onInput={({ currentTarget }) => onChange(currentTarget.value || undefined)}
        />
    );
}

export function CodeControl({ id, schema, value, onChange, label, describedBy }: ControlProps) {
    const parsed = schema.editor === 'json' && textOf(value) !== '' ? parseJson(textOf(value)) : undefined;
    return (
        <CodeEditor
            {...{ id, label, describedBy }}
            value={textOf(value)}
            errorLine={parsed?.ok === false ? parsed.line : undefined}
            minRows={schema.rows}
            placeholder={placeholderOf(schema)}
            onChange={(text) => onChange(text || undefined)}
        />
    );
}

export function NumberControl(props: ControlProps) {
    const { schema, value, onChange } = props;
    const { minimum, maximum, unit, type } = schema;
    return (
        <div class="joined narrow">
            <input
                {...elementProps(props)}
                type="number"
                min={minimum}
                max={maximum}
                step={type === 'integer' ? 1 : 'any'}
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

/** For booleans. Until changed, it shows the default, which the engine applies. */
export function CheckControl(props: ControlProps) {
    const { schema, value, onChange, label } = props;
    const isOn = typeof value === 'boolean' ? value : schema.default === true;
    return <Check label={label} isOn={isOn} onChange={onChange} element={elementProps(props)} />;
}

/** Returns the enum values or suggestions of a schema, with their titles. */
function optionsOf({ enum: choices, enumSuggestedValues = [], enumTitles = [] }: FieldSchema): Option[] {
    return (choices ?? enumSuggestedValues).map((choice, index) => [choice, enumTitles[index] || choice]);
}

/** For one of several values; if they are only suggestions, for any text. */
export function SelectControl(props: ControlProps) {
    const { id, schema, value, onChange } = props;
    if (schema.enum === undefined) {
        const list = `${id}-choices`;
        return (
            <>
                <LineControl {...props} list={list} placeholder={placeholderOf(schema) ?? 'Select, or enter another'} />
                <Suggestions id={list} options={optionsOf(schema)} />
            </>
        );
    }
    const toValue = schema.type === 'number' ? Number : String;
    return (
        <Select
            element={elementProps(props)}
            value={String(value ?? '')}
            options={selectOptions(props)}
            onChange={(choice) => onChange(choice === '' ? undefined : toValue(choice))}
        />
    );
}

/** Returns the options of a select: none or the default, the known values, and a value that is not in the schema. */
function selectOptions({ schema, value, isRequired }: ControlProps): Option[] {
    const known = optionsOf(schema);
    const isKnown = (text: string): boolean => known.some(([choice]) => choice === text);
    const fallback = String(schema.default ?? '');
    const title = known.find(([choice]) => choice === fallback)?.[1] ?? fallback;
    const text = String(value ?? '');
    const hasNone = !isKnown('') && (!isRequired || text === '');
    return [
        ...(hasNone ? [['', title === '' ? 'Select…' : `Default: ${title}`] as const] : []),
        ...known,
        ...(text === '' || isKnown(text) ? [] : [[text, `${text} (not in the schema)`] as const]),
    ];
}

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
    ['absolute', 'Date'],
    ['relative', 'Time ago'],
] as const;
const RELATIVE = /^(\d+)\s*(minute|hour|day|week|month|year)s?$/;

/** For a date, as `2026-11-26`, or the time before now, as `3 days`. */
export function DateControl(props: ControlProps) {
    const { schema, value, onChange } = props;
    const { dateType = 'absolute' } = schema;
    const [chosen, choose] = useState(RELATIVE.test(String(value)) ? 'relative' : 'absolute');
    const kind = dateType === 'absoluteOrRelative' ? chosen : dateType;
    // Values that a date picker cannot show, such as a time of day, must not be lost.
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
            {kind === 'absolute' ? (
                <LineControl {...props} type={isDate ? 'date' : 'text'} />
            ) : (
                <RelativeDate {...props} />
            )}
        </div>
    );
}

function RelativeDate(props: ControlProps) {
    const { schema, value, onChange } = props;
    const [, count = '', unit] = RELATIVE.exec(textOf(value)) ?? [];
    const [lastUnit, setLastUnit] = useState('day');
    const shownUnit = unit ?? lastUnit;
    const change = (next: string, nextUnit: string): void => {
        setLastUnit(nextUnit);
        onChange(next === '' ? undefined : `${next} ${nextUnit}${next === '1' ? '' : 's'}`);
    };
    return (
        <>
            <TextInput
                element={{ ...elementProps(props), min: 0, step: 1 }}
                type="number"
                value={count}
                placeholder={placeholderOf(schema)}
                onChange={(next) => change(next, shownUnit)}
            />
            <Select label="Unit" value={shownUnit} options={UNITS} onChange={(next) => change(count, next)} />
        </>
    );
}

export function textOf(value: unknown): string {
    return typeof value === 'string' ? value : '';
}

export function listOf(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}

/** For any value, as JSON. Invalid JSON stays in the field, and the input has the last valid value. */
export function JsonControl({ id, schema, value, onChange, label, describedBy }: ControlProps) {
    const [text, setText] = useState(() => prettyJson(value));
    const lastValue = useRef(value);
    useEffect(() => {
        const isExternal = JSON.stringify(value) !== JSON.stringify(lastValue.current);
        if (isExternal) setText(prettyJson(value));
        lastValue.current = value;
    }, [value]);
    const parse = (json: string) => (json.trim() === '' ? undefined : parseJson(json));
    const parsed = parse(text);
    const error = parsed?.ok === false ? parsed : undefined;
    const change = (next: string): void => {
        setText(next);
        const result = parse(next);
        if (result?.ok === false) return;
        lastValue.current = result?.value;
        onChange(result?.value);
    };
    return (
        <>
            <CodeEditor
                {...{ id, label, describedBy }}
                value={text}
                errorLine={error?.line}
                placeholder={placeholderOf(schema)}
                minRows={4}
                onChange={change}
            />
            {error && (
                <p class="field-error" role="alert">
                    {`${error.message}. The last valid value is used until this is fixed.`}
                </p>
            )}
        </>
    );
}
