import { BulkEdit } from './bulk-edit.js';
import { FallbackNote } from './fallback-note.js';
import { Rows } from './rows.js';
import { JsonControl } from './json-control.js';
import { Button } from '../../parts/button.js';
import { useState, type JSX } from '../../preact.js';
import { typed, type ControlProps } from '../control-props.js';
import type { InputObject } from '../schema.js';

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
export function SourceControl(props: ControlProps & { kind: SourceKind }): JSX.Element {
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
): JSX.Element {
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
