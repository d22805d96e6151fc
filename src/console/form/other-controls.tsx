import { useState, useId } from 'preact/hooks';
import { api, apiAnswer } from '../api/api.js';
import type { KeyValueStoreInfo, Listed } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { isInputObject } from './draft.js';
import { Rows, FallbackNote, BulkEdit } from './list-controls.js';
import { placeholderOf, type InputObject, withProperty } from './schema.js';
import { elementProps, type ControlProps } from './simple-controls.js';
import { showTrouble } from '../state/toasts.js';

/** For a file, or several: the input gets their URLs, which can also be given as such. */
export function FileControl(props: ControlProps) {
    const { schema, value, onChange, label } = props;
    if (schema.type !== 'array') {
        return <OneFile {...props} onChange={(text) => onChange(text === '' ? undefined : text)} />;
    }
    return (
        <Rows
            values={Array.isArray(value) ? (value as unknown[]) : []}
            onChange={onChange}
            newRow={() => ''}
            addText="Add a file"
            most={schema.maxItems}
            label={label}
        >
            {(item, index, change) => <OneFile {...props} id={`${props.id}-${index}`} value={item} onChange={change} />}
        </Rows>
    );
}

function OneFile(props: ControlProps) {
    const { schema, value, onChange, label } = props;
    const [isBusy, setBusy] = useState(false);
    const take = async (field: HTMLInputElement): Promise<void> => {
        const [file] = field.files ?? [];
        if (file === undefined) return;
        setBusy(true);
        await uploadFile(file).then(onChange, showTrouble);
        setBusy(false);
        field.value = '';
    };
    return (
        <div class="joined">
            <input
                {...elementProps(props)}
                type="url"
                aria-label={`${label}: URL`}
                value={typeof value === 'string' ? value : ''}
                placeholder={placeholderOf(schema) ?? 'URL of a file'}
                onInput={({ currentTarget }) => onChange(currentTarget.value)}
            />
            <label class="button" aria-busy={isBusy}>
                {isBusy ? 'Uploading…' : 'Upload'}
                <input
                    type="file"
                    class="hidden-file"
                    aria-label={`${label}: upload a file`}
                    onChange={({ currentTarget }) => void take(currentTarget)}
                />
            </label>
        </div>
    );
}

/** Where files go that somebody gives to an input. */
const STORE = 'console-uploads';

/**
 * Keeps a file in a key-value store, and returns the URL that an Actor reads it from. The URL needs no token: it is signed for this
 * one record.
 */
export async function uploadFile(file: File): Promise<string> {
    const { id } = await api<KeyValueStoreInfo>('/key-value-stores', { method: 'POST', query: { name: STORE } });
    const key = `${crypto.randomUUID().slice(0, 8)}-${file.name.replace(/[^a-zA-Z0-9!\-_.'()]/g, '-').slice(-200)}`;
    const headers = { 'content-type': file.type || 'application/octet-stream' };
    await apiAnswer(`/key-value-stores/${id}/records/${key}`, { method: 'PUT', headers, body: file });
    const { items } = await api<{ items: { key: string; recordPublicUrl: string }[] }>(`/key-value-stores/${id}/keys`, {
        query: { prefix: key },
    });
    return items[0]!.recordPublicUrl;
}

type ProxyKind = 'default' | 'none' | 'apify' | 'own';

/** For which proxy an Actor is to use: one of the engine under Apify's names, servers of one's own, or none. */
export function ProxyControl(props: ControlProps) {
    const { id, schema, value, onChange, label } = props;
    const proxy: InputObject = isInputObject(value) ? value : {};
    const kind = kindOf(value);
    const choose = (next: ProxyKind): void => {
        // What belongs to the others would be refused beside it, or mean something else.
        const { useApifyProxy: _, apifyProxyGroups: __, apifyProxyCountry: ___, proxyUrls: ____, ...rest } = proxy;
        const start: Record<ProxyKind, unknown> = {
            default: undefined,
            none: { ...rest, useApifyProxy: false },
            apify: { ...rest, useApifyProxy: true },
            own: { ...rest, useApifyProxy: false, proxyUrls: [] },
        };
        onChange(start[next]);
    };
    return (
        <div class="stack tight" role="group" aria-label={label}>
            <select
                id={id}
                aria-describedby={props.describedBy}
                value={kind}
                onChange={({ currentTarget }) => choose(currentTarget.value as ProxyKind)}
            >
                <option value="default">Not given</option>
                <option value="apify">Proxy of the engine</option>
                <option value="own">Own proxies</option>
                <option value="none">No proxy</option>
            </select>
            <FallbackNote schema={schema} isEmpty={value === undefined} />
            {kind === 'apify' && (
                <div class="pair">
                    <LineField
                        label="Groups, with commas between"
                        value={Array.isArray(proxy['apifyProxyGroups']) ? proxy['apifyProxyGroups'].join(', ') : ''}
                        onChange={(text) => onChange(withProperty(proxy, 'apifyProxyGroups', partsOf(text, /[\s,]+/)))}
                    />
                    <LineField
                        label="Country, by two letters"
                        value={String(proxy['apifyProxyCountry'] ?? '')}
                        onChange={(text) =>
                            onChange(withProperty(proxy, 'apifyProxyCountry', text.toUpperCase() || undefined))
                        }
                    />
                </div>
            )}
            {kind === 'own' && (
                <textarea
                    aria-label="URLs of proxies, one a line"
                    placeholder={'http://user:password@proxy.example:8000\none a line'}
                    rows={3}
                    value={Array.isArray(proxy['proxyUrls']) ? proxy['proxyUrls'].join('\n') : ''}
                    onInput={({ currentTarget }) =>
                        onChange({ ...proxy, proxyUrls: partsOf(currentTarget.value, /\n/) ?? [] })
                    }
                />
            )}
        </div>
    );
}

function LineField({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
    // Not at each letter, which would take a comma away as it is typed.
    return (
        <input
            type="text"
            aria-label={label}
            placeholder={label}
            defaultValue={value}
            onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
        />
    );
}

function kindOf(value: unknown): ProxyKind {
    if (!isInputObject(value)) return 'default';
    if (value['useApifyProxy'] === true) return 'apify';
    return Array.isArray(value['proxyUrls']) ? 'own' : 'none';
}

function partsOf(text: string, separator: RegExp): string[] | undefined {
    const parts = text
        .split(separator)
        .map((part) => part.trim())
        .filter((part) => part !== '');
    return parts.length === 0 ? undefined : parts;
}

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
export function ResourceControl(props: ControlProps) {
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
    const field = (text: unknown, change: (text: string | undefined) => void, about: string) => (
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
    return (await api<Listed<Storage>>(path, { query, signal })).items;
}
