import { FallbackNote } from './fallback-note.js';
import type { ControlProps } from '../control-props.js';
import type { InputObject } from '../schema.js';
import { withProperty } from '../schema.js';
import { isInputObject } from '../draft.js';
import type { JSX } from '../../preact.js';

type ProxyKind = 'default' | 'none' | 'apify' | 'own';

/** For which proxy an Actor is to use: one of the engine under Apify's names, servers of one's own, or none. */
export function ProxyControl(props: ControlProps): JSX.Element {
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

function LineField({
    label,
    value,
    onChange,
}: {
    label: string;
    value: string;
    onChange: (text: string) => void;
}): JSX.Element {
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
