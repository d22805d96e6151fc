import { api, apiResponse } from '../api/api.js';
import { useAction } from '../components/button.js';
import { Select, TextInput } from '../components/fields.js';
import { type ControlProps, elementProps, listOf, textOf } from './controls.js';
import { FallbackNote, Rows } from './list-controls.js';
import { type InputObject, isInputObject, placeholderOf, withProperty } from './schema.js';
import type { KeyValueStoreInfo } from '../api/json.js';

/** For one or several files. The input contains their URLs, which can also be entered. */
export function FileControl(props: ControlProps) {
    const { schema, onChange } = props;
    if (schema.type !== 'array') return <FileInput {...props} onChange={(text) => onChange(text || undefined)} />;
    return (
        <Rows control={props} newRow={() => ''} addText="Add file">
            {(item, index, change) => (
                <FileInput {...props} id={`${props.id}-${index}`} value={item} onChange={change} />
            )}
        </Rows>
    );
}

function FileInput(props: ControlProps) {
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

/** Stores a file and returns its signed URL, which an Actor can read without a token. */
async function uploadFile(file: File): Promise<string> {
    const { id } = await api<KeyValueStoreInfo>('/key-value-stores', { method: 'POST', query: { name: STORE } });
    const key = `${crypto.randomUUID().slice(0, 8)}-${file.name.replace(/[^a-zA-Z0-9!\-_.'()]/g, '-').slice(-200)}`;
    const headers = { 'content-type': file.type || 'application/octet-stream' };
    await apiResponse(`/key-value-stores/${id}/records/${key}`, { method: 'PUT', headers, body: file });
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

const INITIAL_PROXIES = {
    none: { useApifyProxy: false },
    apify: { useApifyProxy: true },
    own: { useApifyProxy: false, proxyUrls: [] },
};

type ProxyKind = (typeof PROXY_KINDS)[number][0];

/** For the proxy of an Actor: the built-in proxy with Apify's options, custom servers, or none. */
export function ProxyControl({ id, schema, value, onChange, label, describedBy }: ControlProps) {
    const proxy: InputObject = isInputObject(value) ? value : {};
    const kind = kindOf(value);
    const choose = (next: ProxyKind): void => {
        // Properties of other kinds would be invalid or change the meaning.
        const { useApifyProxy: _, apifyProxyGroups: __, apifyProxyCountry: ___, proxyUrls: ____, ...rest } = proxy;
        onChange(next === 'default' ? undefined : { ...rest, ...INITIAL_PROXIES[next] });
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
                        onChange={(text) =>
                            onChange(withProperty(proxy, 'apifyProxyGroups', splitList(text, /[\s,]+/)))
                        }
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
                        onChange({ ...proxy, proxyUrls: splitList(currentTarget.value, /\n/) ?? [] })
                    }
                />
            )}
        </div>
    );
}

/** A text that applies when the field loses focus: on each input, a typed comma would be removed immediately. */
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

function splitList(text: string, separator: RegExp): string[] | undefined {
    const parts = text.split(separator).flatMap((part) => part.trim() || []);
    return parts.length === 0 ? undefined : parts;
}
