/** What the key of a request is made of. */
export interface UniqueKeySource {
    url: string;
    method?: string;
    payload?: string;
    /** Default: false, so that `#a` and `#b` of one page are one request. */
    keepUrlFragment?: boolean;
    /** Whether method and payload count too. Default: false. */
    useExtendedUniqueKey?: boolean;
}

/** The key that makes two requests the same one, as Crawlee makes it: the URL without what does not matter. */
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
    // Loaded only here: it takes milliseconds, and hardly any Actor needs it.
    const { createHash } = process.getBuiltinModule('node:crypto');
    return createHash('sha256').update(payload).digest('base64').replaceAll(/[+/=]/g, '').slice(0, 8);
}
