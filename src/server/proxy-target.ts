/** Where a request through the proxy is to go. */
export interface ProxyTarget {
    /** A name or address as `URL` spells it, but an IPv6 address without its brackets. */
    readonly host: string;
    readonly port: number;
}

/** The target of a plain request, and what it asks for there. */
export interface PlainTarget extends ProxyTarget {
    /** Path and query as the client wrote them. */
    readonly path: string;
}

const AUTHORITY = /^(\[[\da-f:.]+\]|[^\s:@/?#\\[\]]+)(?::(\d{1,5}))?$/i;
const ABSOLUTE = /^http:\/\/([^/?#]*)(.*)$/i;

/**
 * Reads the `host:port` that a client wants a tunnel to; undefined if it is none.
 *
 * @param defaultPort - For an authority that names no port, which is refused otherwise.
 */
export function parseAuthority(authority: string, defaultPort?: number): ProxyTarget | undefined {
    const [, name = '', digits] = AUTHORITY.exec(authority) ?? [];
    const port = digits === undefined ? defaultPort : Number(digits);
    if (name === '' || port === undefined || port < 1 || port > 65_535) return undefined;
    const url = `http://${name}`;
    if (!URL.canParse(url)) return undefined;
    return { host: new URL(url).hostname.replace(/^\[|\]$/g, ''), port };
}

/** Reads the absolute URL of a plain request, of which nothing is changed; undefined if it is none. */
export function parseAbsolute(url: string): PlainTarget | undefined {
    const [, authority = '', rest = ''] = ABSOLUTE.exec(url) ?? [];
    const target = parseAuthority(authority, 80);
    return target && { ...target, path: rest.startsWith('/') ? rest : `/${rest}` };
}

/** The target as people write it. */
export function showTarget({ host, port }: ProxyTarget): string {
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
