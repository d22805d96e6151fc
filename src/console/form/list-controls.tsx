import { useId, useState } from 'preact/hooks';
import { useApi } from '../api/use-resource.js';
import { Button, DialogButton, FormDialog } from '../components/button.js';
import { Suggestions, TextInput } from '../components/fields.js';
import { type ControlProps, LineControl, listOf, JsonControl } from './controls.js';
import { type FieldSchema, type InputObject, shortText } from './schema.js';
import type { ComponentChildren } from 'preact';
import type { Listed } from '../api/json.js';

/** Shows the default of a field that cannot show it as a placeholder. */
export function FallbackNote({ schema: { default: fallback }, isEmpty }: { schema: FieldSchema; isEmpty: boolean }) {
    if (!isEmpty || fallback === undefined || fallback === null) return null;
    return (
        <p class="fallback faint">
            Default: <code>{shortText(fallback)}</code>
        </p>
    );
}

interface RowsProps {
    readonly control: ControlProps;
    readonly newRow: () => unknown;
    readonly addText?: string;
    readonly more?: ComponentChildren;
    readonly children: (value: unknown, index: number, change: (value: unknown) => void) => ComponentChildren;
}

export function Rows({ control, newRow, addText = 'Add', more, children }: RowsProps) {
    const { schema, value: list, onChange, label } = control;
    const values = listOf(list);
    const moveUp = (index: number): void => onChange(values.toSpliced(index - 1, 2, values[index], values[index - 1]));
    return (
        <div class="list">
            <FallbackNote schema={schema} isEmpty={list === undefined} />
            <div class="rows" role="group" aria-label={label}>
                {values.map((value, index) => (
                    <div class="list-row" key={index}>
                        <div class="grow">{children(value, index, (next) => onChange(values.with(index, next)))}</div>
                        <Button
                            kind="quiet"
                            icon="up"
                            label={`Move row ${index + 1} up`}
                            isDisabled={index === 0}
                            onPress={() => moveUp(index)}
                        />
                        <Button
                            kind="quiet"
                            icon="close"
                            label={`Remove row ${index + 1}`}
                            onPress={() => setList(values.toSpliced(index, 1), onChange)}
                        />
                    </div>
                ))}
                <div class="row">
                    <Button
                        icon="plus"
                        isDisabled={schema.maxItems !== undefined && values.length >= schema.maxItems}
                        onPress={() => onChange([...values, newRow()])}
                    >
                        {addText}
                    </Button>
                    {more}
                </div>
            </div>
        </div>
    );
}

/** Sets a list; an empty one is removed, so that the default applies. */
function setList(values: unknown[], onChange: (values: unknown) => void): void {
    onChange(values.length === 0 ? undefined : values);
}

interface BulkEditProps {
    readonly title: string;
    readonly lines: readonly string[];
    readonly onChange: (lines: string[]) => void;
}

function BulkEdit(props: BulkEditProps) {
    return (
        <DialogButton kind="quiet" dialog={<BulkEditDialog {...props} />}>
            Bulk edit
        </DialogButton>
    );
}

function BulkEditDialog({ title, lines, onChange }: BulkEditProps) {
    const [text, setText] = useState(lines.join('\n'));
    const apply = (): void => onChange(text.split('\n').flatMap((line) => line.trim() || []));
    return (
        <FormDialog title={`Bulk edit: ${title}`} isWide verb="Apply" onSubmit={apply}>
            <p class="soft">One per line. Unchanged lines keep their other properties.</p>
            <textarea
                aria-label={title}
                rows={16}
                value={text}
                onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
        </FormDialog>
    );
}

/** For a list of texts. @param props.list - Id of the suggestions. */
export function StringListControl({ list, ...control }: ControlProps & { list?: string }) {
    const { schema, label, onChange } = control;
    const bulk = (
        <BulkEdit
            title={label}
            lines={listOf(control.value).map(String)}
            onChange={(lines) => setList(lines, onChange)}
        />
    );
    return (
        <Rows control={control} newRow={() => ''} more={bulk}>
            {(item, index, change) => (
                <TextInput
                    list={list}
                    placeholder={schema.placeholderValue}
                    label={`${label}, row ${index + 1}`}
                    value={String(item)}
                    onChange={change}
                />
            )}
        </Rows>
    );
}

const RESOURCES: Readonly<Record<string, { path: string; noun: string }>> = {
    dataset: { path: '/datasets', noun: 'dataset' },
    keyValueStore: { path: '/key-value-stores', noun: 'key-value store' },
    requestQueue: { path: '/request-queues', noun: 'request queue' },
};

export function ResourceControl(props: ControlProps) {
    const { type, resourceType = 'dataset' } = props.schema;
    const list = useId();
    const query = { unnamed: true, desc: true, limit: 200 };
    const { path, noun } = RESOURCES[resourceType] ?? RESOURCES['dataset']!;
    const { value: storages } = useApi<Listed<{ id: string; name?: string }>>(path, query);
    const placeholder = `Id or name of a ${noun}`;
    const control = { ...props, list, schema: { ...props.schema, placeholder, placeholderValue: placeholder } };
    return (
        <>
            {type === 'array' ? <StringListControl {...control} /> : <LineControl {...control} />}
            <Suggestions id={list} options={(storages?.items ?? []).map(({ id, name = 'unnamed' }) => [id, name])} />
        </>
    );
}

export function KeyValueControl(props: ControlProps) {
    const { schema, label } = props;
    const { placeholderKey = 'Key', placeholderValue = 'Value' } = schema;
    return (
        <Rows control={props} newRow={() => ({ key: '', value: '' })}>
            {(item, index, change) => {
                const pair = item as { key?: unknown; value?: unknown };
                const part = (name: 'key' | 'value', placeholder: string) => (
                    <TextInput
                        label={`${label}, ${name} of row ${index + 1}`}
                        value={String(pair[name] ?? '')}
                        placeholder={placeholder}
                        onChange={(text) => change({ ...pair, [name]: text })}
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
    );
}

/** The main property of the entries in a list of sources. */
type SourceKind = 'url' | 'purl' | 'glob';

const TEXTS: Record<SourceKind, { add: string; addOther?: string; placeholder: string }> = {
    url: { add: 'Add URL', addOther: 'Add URL list', placeholder: 'https://example.com' },
    purl: { add: 'Add pseudo-URL', placeholder: 'https://example.com/[.*]' },
    glob: { add: 'Add glob', placeholder: 'https://example.com/**' },
};
const FROM_URL = 'requestsFromUrl';

/** For URLs, pseudo-URLs or globs, with optional properties: method, payload, headers, user data. */
export function SourceControl(props: ControlProps & { kind: SourceKind }) {
    const { onChange, label, kind } = props;
    const values = listOf(props.value) as InputObject[];
    const { add, addOther } = TEXTS[kind];
    const entryOf = (line: string): InputObject => values.find((entry) => entry[kind] === line) ?? { [kind]: line };
    const more = (
        <>
            {addOther && (
                <Button kind="quiet" onPress={() => onChange([...values, { [FROM_URL]: '' }])}>
                    {addOther}
                </Button>
            )}
            <BulkEdit
                title={label}
                lines={values.flatMap((entry) => (typeof entry[kind] === 'string' ? [entry[kind]] : []))}
                onChange={(lines) => setList(lines.map(entryOf), onChange)}
            />
        </>
    );
    return (
        <Rows control={props} newRow={() => ({ [kind]: '' })} addText={add} more={more}>
            {(entry, index, change) => (
                <SourceRow {...props} entry={entry as InputObject} index={index} change={change} />
            )}
        </Rows>
    );
}

interface SourceRowProps extends ControlProps {
    readonly kind: SourceKind;
    readonly entry: InputObject;
    readonly index: number;
    readonly change: (value: unknown) => void;
}

function SourceRow(props: SourceRowProps) {
    const { kind, entry, index, change, label } = props;
    const [isOpen, setOpen] = useState(false);
    const name = FROM_URL in entry ? FROM_URL : kind;
    const more = Object.keys(entry).filter((key) => key !== name).length;
    return (
        <div class="stack tight">
            <div class="joined">
                {name === FROM_URL && <span class="unit">URL list</span>}
                <TextInput
                    type={name === kind && kind !== 'url' ? 'text' : 'url'}
                    label={`${label}, row ${index + 1}`}
                    value={String(entry[name] ?? '')}
                    placeholder={TEXTS[kind].placeholder}
                    onChange={(text) => change({ ...entry, [name]: text })}
                />
                <Button
                    isPressed={isOpen}
                    label={`More properties of row ${index + 1}`}
                    onPress={() => setOpen(!isOpen)}
                >
                    {more === 0 ? 'More' : `More (${more})`}
                </Button>
            </div>
            {isOpen && (
                <JsonControl
                    {...props}
                    id={`${props.id}-${index}`}
                    label={`All properties of row ${index + 1}`}
                    schema={{ type: 'object', example: { [kind]: '…', method: 'POST', userData: { label: 'DETAIL' } } }}
                    value={entry}
                    onChange={(next) => change(next ?? { [kind]: '' })}
                />
            )}
        </div>
    );
}
