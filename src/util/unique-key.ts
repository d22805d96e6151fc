/** The fields of a request that its unique key depends on. */
export interface UniqueKeySource {
    url: string;
    method?: string;
    payload?: string;
    /** Default: false, so `#a` and `#b` of one page are one request. */
    keepUrlFragment?: boolean;
    /** If set, the key includes method and payload. Default: false. */
    useExtendedUniqueKey?: boolean;
}

/** Computes the key by which a queue deduplicates requests, as Crawlee does: the normalized URL. */
export function computeUniqueKey({
    url,
    method = 'GET',
    payload,
    keepUrlFragment,
    useExtendedUniqueKey,
}: UniqueKeySource): string {
    const normal = normalizeUrl(url, keepUrlFragment ?? false) ?? url;
    return useExtendedUniqueKey ? `${method.toUpperCase()}(${payload ? digest(payload) : ''}):${normal}` : normal;
}

function normalizeUrl(url: string, keepFragment: boolean): string | undefined {
    if (!URL.canParse(url.trim())) return undefined;
    const { protocol, host, pathname, searchParams, hash } = new URL(url.trim());
    for (const name of [...searchParams.keys()]) {
        if (name.startsWith('utm_')) searchParams.delete(name);
    }
    searchParams.sort();
    const search = searchParams.size === 0 ? '' : `?${searchParams.toString()}`;
    return `${protocol}//${host.toLowerCase()}${pathname.replace(/\/$/, '')}${search}${keepFragment ? hash : ''}`;
}

function digest(payload: string): string {
    // Loaded on first use: loading takes milliseconds, and few Actors need it.
    const { createHash } = process.getBuiltinModule('node:crypto');
    return createHash('sha256').update(payload).digest('base64').replaceAll(/[+/=]/g, '').slice(0, 8);
}
