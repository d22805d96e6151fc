import { BulkEdit } from './bulk-edit.js';
import { FallbackNote } from './fallback-note.js';
import { Rows } from './rows.js';
import type { ControlProps } from '../control-props.js';
import type { JSX } from '../../preact.js';

/** For a list of texts. */
export function StringListControl({ schema, value, onChange, label }: ControlProps): JSX.Element {
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
export function KeyValueControl({ schema, value, onChange, label }: ControlProps): JSX.Element {
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
                    const part = (name: 'key' | 'value', placeholder: string): JSX.Element => (
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
