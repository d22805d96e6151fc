import { api, apiAnswer } from '../api/api.js';
import { useAction } from '../components/button.js';
import { Select, TextInput } from '../components/fields.js';
import { type ControlProps, elementProps, listOf, textOf } from './controls.js';
import { FallbackNote, Rows } from './list-controls.js';
import { type InputObject, isInputObject, placeholderOf, withProperty } from './schema.js';
import type { KeyValueStoreInfo } from '../api/json.js';

/** For a file, or several: the input gets their URLs, which can also be entered. */
export function FileControl(props: ControlProps) {
    const { schema, onChange } = props;
    if (schema.type !== 'array') return <OneFile {...props} onChange={(text) => onChange(text || undefined)} />;
    return (
        <Rows control={props} newRow={() => ''} addText="Add a file">
            {(item, index, change) => <OneFile {...props} id={`${props.id}-${index}`} value={item} onChange={change} />}
        </Rows>
    );
}

function OneFile(props: ControlProps) {
    const { schema, value, onChange, label } = props;
    const [upload, isBusy] = useAction(async (field: HTMLInputElement) => {
        const [file] = field.files ?? [];
        if (file) onChange(await uploadFile(file));
        field.value = '';
    });
    return (
        <div class="joined">
            <TextInput
                element={elementProps(props)}
                type="url"
                label={`${label}: URL`}
                value={textOf(value)}
                placeholder={placeholderOf(schema) ?? 'URL of a file'}
                onChange={onChange}
            />
            <label class="button" aria-busy={isBusy}>
                {isBusy ? 'Uploading…' : 'Upload'}
                <input
                    type="file"
                    class="hidden-file"
                    aria-label={`${label}: upload a file`}
                    onChange={({ currentTarget }) => void upload(currentTarget)}
                />
            </label>
        </div>
    );
}

const STORE = 'console-uploads';

/** Stores a file, and returns the URL that an Actor reads it from: it needs no token, as it is signed for this record. */
async function uploadFile(file: File): Promise<string> {
    const { id } = await api<KeyValueStoreInfo>('/key-value-stores', { method: 'POST', query: { name: STORE } });
    const key = `${crypto.randomUUID().slice(0, 8)}-${file.name.replace(/[^a-zA-Z0-9!\-_.'()]/g, '-').slice(-200)}`;
    const headers = { 'content-type': file.type || 'application/octet-stream' };
    await apiAnswer(`/key-value-stores/${id}/records/${key}`, { method: 'PUT', headers, body: file });
    const query = { prefix: key };
    const { items } = await api<{ items: { recordPublicUrl: string }[] }>(`/key-value-stores/${id}/keys`, { query });
    return items[0]!.recordPublicUrl;
}

const PROXY_KINDS = [
    ['default', 'Not set'],
    ['apify', 'Built-in proxy'],
    ['own', 'Custom proxies'],
    ['none', 'No proxy'],
] as const;

const BEGINNINGS = {
    none: { useApifyProxy: false },
    apify: { useApifyProxy: true },
    own: { useApifyProxy: false, proxyUrls: [] },
};

type ProxyKind = (typeof PROXY_KINDS)[number][0];

/** For the proxy of an Actor: the built-in one under Apify's names, custom servers, or none. */
export function ProxyControl({ id, schema, value, onChange, label, describedBy }: ControlProps) {
    const proxy: InputObject = isInputObject(value) ? value : {};
    const kind = kindOf(value);
    const choose = (next: ProxyKind): void => {
        // Properties of the other kinds would be refused beside it, or mean something else.
        const { useApifyProxy: _, apifyProxyGroups: __, apifyProxyCountry: ___, proxyUrls: ____, ...rest } = proxy;
        onChange(next === 'default' ? undefined : { ...rest, ...BEGINNINGS[next] });
    };
    return (
        <div class="stack tight" role="group" aria-label={label}>
            <Select
                element={{ id, 'aria-describedby': describedBy }}
                value={kind}
                options={PROXY_KINDS}
                onChange={(next) => choose(next as ProxyKind)}
            />
            <FallbackNote schema={schema} isEmpty={value === undefined} />
            {kind === 'apify' && (
                <div class="pair">
                    <LineField
                        label="Groups, separated by commas"
                        value={listOf(proxy['apifyProxyGroups']).join(', ')}
                        onChange={(text) => onChange(withProperty(proxy, 'apifyProxyGroups', partsOf(text, /[\s,]+/)))}
                    />
                    <LineField
                        label="Country code (2 letters)"
                        value={String(proxy['apifyProxyCountry'] ?? '')}
                        onChange={(text) =>
                            onChange(withProperty(proxy, 'apifyProxyCountry', text.toUpperCase() || undefined))
                        }
                    />
                </div>
            )}
            {kind === 'own' && (
                <textarea
                    aria-label="URLs of proxies, one per line"
                    placeholder={'http://user:password@proxy.example:8000\none per line'}
                    rows={3}
                    value={listOf(proxy['proxyUrls']).join('\n')}
                    onInput={({ currentTarget }) =>
                        onChange({ ...proxy, proxyUrls: partsOf(currentTarget.value, /\n/) ?? [] })
                    }
                />
            )}
        </div>
    );
}

/** Changes the value when the field is left: at each letter, a comma would be removed as it is typed. */
function LineField({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
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
    const parts = text.split(separator).flatMap((part) => part.trim() || []);
    return parts.length === 0 ? undefined : parts;
}
