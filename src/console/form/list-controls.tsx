import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { JsonControl } from './json-control.js';
import { shortText, type FieldSchema, type InputObject } from './schema.js';
import { type ControlProps, typed } from './simple-controls.js';
import { Button } from '../ui/button.js';
import { FormDialog } from '../ui/dialog.js';

/** The rows of a list that can be added to, taken from, and put in another order. */
export function Rows({
    values,
    onChange,
    newRow,
    addText,
    most,
    label,
    more,
    children,
}: {
    values: readonly unknown[];
    onChange: (values: unknown[] | undefined) => void;
    newRow: () => unknown;
    addText: string;
    most?: number | undefined;
    label: string;
    /** What else can be done with the list, beside the button that adds to it. */
    more?: ComponentChildren;
    children: (value: unknown, index: number, change: (value: unknown) => void) => ComponentChildren;
}) {
    const replace = (index: number, value: unknown): void =>
        onChange(values.map((other, at) => (at === index ? value : other)));
    const remove = (index: number): void => {
        const rest = values.filter((_, at) => at !== index);
        onChange(rest.length === 0 ? undefined : rest);
    };
    const moveUp = (index: number): void => {
        const moved = [...values];
        moved.splice(index - 1, 2, moved[index], moved[index - 1]);
        onChange(moved);
    };
    return (
        <div class="rows" role="group" aria-label={label}>
            {values.map((value, index) => (
                <div class="list-row" key={index}>
                    <div class="grow">{children(value, index, (next) => replace(index, next))}</div>
                    <Button
                        kind="quiet"
                        icon="up"
                        label={`Move row ${index + 1} up`}
                        isDisabled={index === 0}
                        onPress={() => moveUp(index)}
                    />
                    <Button kind="quiet" icon="close" label={`Remove row ${index + 1}`} onPress={() => remove(index)} />
                </div>
            ))}
            <div class="row">
                <Button
                    icon="plus"
                    isDisabled={most !== undefined && values.length >= most}
                    onPress={() => onChange([...values, newRow()])}
                >
                    {addText}
                </Button>
                {more}
            </div>
        </div>
    );
}

/** Edits a list as lines of text, for those who have many. */
export function BulkEdit({
    title,
    lines,
    onChange,
}: {
    title: string;
    lines: () => readonly string[];
    onChange: (lines: string[]) => void;
}) {
    const [text, setText] = useState<string | undefined>();
    const close = (): void => setText(undefined);
    const apply = (): void => {
        onChange(
            (text ?? '')
                .split('\n')
                .map((line) => line.trim())
                .filter((line) => line !== ''),
        );
        close();
    };
    return (
        <>
            <Button kind="quiet" onPress={() => setText(lines().join('\n'))}>
                Edit as text
            </Button>
            {text !== undefined && (
                <FormDialog title={title} isWide onClose={close} verb="Apply" onSubmit={apply}>
                    <p class="soft">One per line. A line that is left as it is keeps all that belongs to it.</p>
                    <textarea
                        aria-label={title}
                        rows={16}
                        wrap="off"
                        value={text}
                        onInput={({ currentTarget }) => setText(currentTarget.value)}
                    />
                </FormDialog>
            )}
        </>
    );
}

/** Says what counts where nothing is given, for what has no place to show it in. */
export function FallbackNote({ schema, isEmpty }: { schema: FieldSchema; isEmpty: boolean }) {
    const { default: fallback } = schema;
    if (!isEmpty || fallback === undefined || fallback === null) return null;
    return (
        <p class="fallback faint">
            Default: <code>{shortText(fallback)}</code>
        </p>
    );
}

/** For a list of texts. */
export function StringListControl({ schema, value, onChange, label }: ControlProps) {
    const values = Array.isArray(value) ? (value as unknown[]) : [];
    return (
        <div class="list">
            <FallbackNote schema={schema} isEmpty={value === undefined} />
            <Rows
                values={values}
                onChange={onChange}
                newRow={() => ''}
                addText="Add"
                most={schema.maxItems}
                label={label}
                more={
                    <BulkEdit
                        title={label}
                        lines={() => values.map(String)}
                        onChange={(lines) => onChange(lines.length === 0 ? undefined : lines)}
                    />
                }
            >
                {(item, index, change) => (
                    <input
                        type="text"
                        aria-label={`${label}, row ${index + 1}`}
                        value={String(item)}
                        placeholder={schema.placeholderValue}
                        onInput={({ currentTarget }) => change(currentTarget.value)}
                    />
                )}
            </Rows>
        </div>
    );
}

/** For a list of keys with their values. */
export function KeyValueControl({ schema, value, onChange, label }: ControlProps) {
    const { placeholderKey = 'Key', placeholderValue = 'Value' } = schema;
    return (
        <div class="list">
            <FallbackNote schema={schema} isEmpty={value === undefined} />
            <Rows
                values={Array.isArray(value) ? (value as unknown[]) : []}
                onChange={onChange}
                newRow={() => ({ key: '', value: '' })}
                addText="Add"
                most={schema.maxItems}
                label={label}
            >
                {(item, index, change) => {
                    const pair = item as { key?: unknown; value?: unknown };
                    const part = (name: 'key' | 'value', placeholder: string) => (
                        <input
                            type="text"
                            aria-label={`${label}, ${name} of row ${index + 1}`}
                            value={String(pair[name] ?? '')}
                            placeholder={placeholder}
                            onInput={({ currentTarget }) => change({ ...pair, [name]: currentTarget.value })}
                        />
                    );
                    return (
                        <div class="pair">
                            {part('key', placeholderKey)}
                            {part('value', placeholderValue)}
                        </div>
                    );
                }}
            </Rows>
        </div>
    );
}

/** Of what kind the entries of a list are: the property that each has at least. */
export type SourceKind = 'url' | 'purl' | 'glob';

const TEXTS: Record<SourceKind, { add: string; addOther?: string; placeholder: string }> = {
    url: { add: 'Add URL', addOther: 'Add a list of URLs', placeholder: 'https://example.com' },
    purl: { add: 'Add pseudo-URL', placeholder: 'https://example.com/[.*]' },
    glob: { add: 'Add glob', placeholder: 'https://example.com/**' },
};
/** Where a list of URLs is read from. */
const FROM_URL = 'requestsFromUrl';

/** For URLs, pseudo-URLs or globs, each of which may have more to it: method, payload, headers, user data. */
export function SourceControl(props: ControlProps & { kind: SourceKind }) {
    const { schema, value, onChange, label, kind } = props;
    const values = Array.isArray(value) ? (value as InputObject[]) : [];
    const { add, addOther } = TEXTS[kind];
    const setLines = (lines: readonly string[]): void => {
        const next = lines.map((line) => values.find((entry) => entry[kind] === line) ?? { [kind]: line });
        onChange(next.length === 0 ? undefined : next);
    };
    return (
        <div class="list">
            <FallbackNote schema={schema} isEmpty={value === undefined} />
            <Rows
                values={values}
                onChange={onChange}
                newRow={() => ({ [kind]: '' })}
                addText={add}
                most={schema.maxItems}
                label={label}
                more={
                    <>
                        {' '}
                        {addOther && (
                            <Button kind="quiet" onPress={() => onChange([...values, { [FROM_URL]: '' }])}>
                                {addOther}
                            </Button>
                        )}
                        <BulkEdit
                            title={label}
                            lines={() =>
                                values.flatMap((entry) => (typeof entry[kind] === 'string' ? [entry[kind]] : []))
                            }
                            onChange={setLines}
                        />
                    </>
                }
            >
                {(entry, index, change) => (
                    <SourceRow {...props} entry={entry as InputObject} index={index} change={change} />
                )}
            </Rows>
        </div>
    );
}

function SourceRow(
    props: ControlProps & {
        kind: SourceKind;
        entry: InputObject;
        index: number;
        change: (value: unknown) => void;
    },
) {
    const { kind, entry, index, change, label } = props;
    const [isOpen, setOpen] = useState(false);
    const name = FROM_URL in entry ? FROM_URL : kind;
    const more = Object.keys(entry).filter((key) => key !== name).length;
    return (
        <div class="stack tight">
            <div class="joined">
                {name === FROM_URL && <span class="unit">List at</span>}
                <input
                    {...typed(name === kind && kind !== 'url' ? 'text' : 'url')}
                    aria-label={`${label}, row ${index + 1}`}
                    value={String(entry[name] ?? '')}
                    placeholder={TEXTS[kind].placeholder}
                    onInput={({ currentTarget }) => change({ ...entry, [name]: currentTarget.value })}
                />
                <Button isPressed={isOpen} label={`More of row ${index + 1}`} onPress={() => setOpen(!isOpen)}>
                    {more === 0 ? 'More' : `More (${more})`}
                </Button>
            </div>
            {isOpen && (
                <JsonControl
                    {...props}
                    id={`${props.id}-${index}`}
                    label={`All of row ${index + 1}`}
                    schema={{ type: 'object', example: { [kind]: '…', method: 'POST', userData: { label: 'DETAIL' } } }}
                    value={entry}
                    onChange={(next) => change(next ?? { [kind]: '' })}
                />
            )}
        </div>
    );
}
