import { api } from '../../api/api.js';
import { useResource } from '../../api/use-resource.js';
import { BulkEdit } from './bulk-edit.js';
import { Rows } from './rows.js';
import { elementProps, type ControlProps } from '../control-props.js';
import { useId, type JSX } from '../../preact.js';
import type { Page } from '../../api/json.js';

/** Where the storages of a type are listed. */
const PATHS: Record<string, string> = {
    dataset: '/datasets',
    keyValueStore: '/key-value-stores',
    requestQueue: '/request-queues',
};

interface Storage {
    id: string;
    name?: string;
}

/** For the id of a storage that there is already, or of several. */
export function ResourceControl(props: ControlProps): JSX.Element {
    const { schema, value, onChange, label } = props;
    const listId = useId();
    const { resourceType = '' } = schema;
    const path = PATHS[resourceType];
    const { value: storages = [] } = useResource(`resources ${resourceType}`, (signal) =>
        path === undefined ? Promise.resolve([]) : listStorages(path, signal),
    );
    const suggestions = (
        <datalist id={listId}>
            {storages.map(({ id, name }) => (
                <option key={id} value={id}>
                    {name ?? 'without a name'}
                </option>
            ))}
        </datalist>
    );
    const isList = schema.type === 'array';
    const field = (text: unknown, change: (text: string | undefined) => void, about: string): JSX.Element => (
        <input
            {...(isList ? {} : elementProps(props))}
            type="text"
            list={listId}
            autocomplete="off"
            aria-label={about}
            placeholder={`Id or name of a ${resourceType}`}
            value={typeof text === 'string' ? text : ''}
            onInput={({ currentTarget }) => change(currentTarget.value)}
        />
    );
    if (!isList) {
        return (
            <>
                {field(value, (text) => onChange(text || undefined), label)}
                {suggestions}
            </>
        );
    }
    const values = Array.isArray(value) ? (value as unknown[]) : [];
    return (
        <div class="list">
            <Rows
                values={values}
                onChange={onChange}
                newRow={() => ''}
                addText="Add"
                label={label}
                more={
                    <BulkEdit
                        title={label}
                        lines={() => values.map(String)}
                        onChange={(lines) => onChange(lines.length === 0 ? undefined : lines)}
                    />
                }
            >
                {(item, index, change) => field(item, change, `${label}, row ${index + 1}`)}
            </Rows>
            {suggestions}
        </div>
    );
}

async function listStorages(path: string, signal: AbortSignal): Promise<Storage[]> {
    const query = { unnamed: true, desc: true, limit: 200 };
    return (await api<Page<Storage>>(path, { query, signal })).items;
}
