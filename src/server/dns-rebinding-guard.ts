import { isIP } from 'node:net';
import { HttpError } from '../api/errors.js';
import { show } from '../util/check.js';
import { isLoopback } from '../util/loopback.js';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** From where a listener may be spoken to. */
export interface DnsRebindingOptions {
    /** The host that it listens at. */
    readonly host: string;
    readonly port: number;
    /** Further names, with or without a port, that it is reached by. */
    readonly allowedHosts: readonly string[];
    /** Origins of pages that may use it, besides its own; `*` is all. */
    readonly allowedOrigins: readonly string[];
}

/** Says why a request may not come in; undefined if it may. */
export type DnsRebindingGuard = (request: Pick<IncomingMessage, 'headers' | 'url'>) => HttpError | undefined;

const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\//i;
const EVERYWHERE = new Set(['0.0.0.0', '::']);
const DEFAULT_PORT = '80';

/**
 * Makes the gate against pages of strangers: those that have their own name lead to this machine, as in DNS rebinding, come
 * with that name in `Host`; those that just send requests here come with their `Origin`.
 */
export function createDnsRebindingGuard({
    host,
    port,
    allowedHosts,
    allowedOrigins,
}: DnsRebindingOptions): DnsRebindingGuard {
    const named = new Set(allowedHosts.map((name) => name.toLowerCase()));
    const origins = new Set(allowedOrigins);
    const isKnown = (authority: string): boolean => {
        const { name, port: askedPort } = readAuthority(authority);
        if (named.has(name) || named.has(authority.toLowerCase())) return true;
        if (askedPort !== String(port)) return false;
        // An address is no name that could be led anywhere.
        return name === host.toLowerCase() || isLoopback(name) || (EVERYWHERE.has(host) && isIP(name) !== 0);
    };
    const isOwn = (origin: string): boolean =>
        /^https?:\/\//.test(origin) && isKnown(origin.replace(/^https?:\/\//, ''));
    // Nearly all requests come for the same one.
    let lastKnown: string | undefined;
    return ({ headers, url = '' }) => {
        const authority = headers.host ?? '';
        const isKnownHere = authority === lastKnown || isKnown(authority);
        if (!isKnownHere || (ABSOLUTE.test(url) && !isOwn(originOf(url)))) return foreignHost(authority, port);
        lastKnown = authority;
        const { origin } = headers;
        if (origin === undefined || origins.has('*') || origins.has(origin) || isOwn(origin)) return undefined;
        return foreignOrigin(origin);
    };
}

function originOf(url: string): string {
    return URL.canParse(url) ? new URL(url).origin : '';
}

/** `localhost:8080`, `[::1]:8080`, and names with the dot of the root. */
function readAuthority(authority: string): { name: string; port: string } {
    const [, name = '', port = DEFAULT_PORT] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority.toLowerCase()) ?? [];
    return { name: name.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, ''), port: port || DEFAULT_PORT };
}

function foreignHost(authority: string, port: number): HttpError {
    const message =
        `The request is for the host ${show(authority)}, but this listener only accepts \`localhost:${port}\`, ` +
        'which protects it from DNS rebinding.';
    return new HttpError(403, 'host-not-allowed', message, 'allowed-host');
}

function foreignOrigin(origin: string): HttpError {
    const message = `Pages of ${show(origin)} are not permitted to use this listener.`;
    return new HttpError(403, 'origin-not-allowed', message, 'allowed-origin');
}

const METHODS = 'GET, HEAD, POST, PUT, DELETE, OPTIONS';
const EXPOSED = [
    'content-disposition',
    'location',
    ...['total', 'offset', 'limit', 'count', 'desc'].map((name) => `x-apify-pagination-${name}`),
].join(', ');
const REMEMBERED_SECS = '600';

/**
 * Tells the browser that a page of another origin may see the answer; which pages come this far has been decided before.
 * Answers a browser that asks beforehand.
 *
 * @returns Whether the request has been answered.
 */
export function applyCors({ method, headers }: IncomingMessage, outgoing: ServerResponse): boolean {
    const { origin } = headers;
    if (origin === undefined) return false;
    outgoing.setHeader('access-control-allow-origin', origin);
    outgoing.setHeader('access-control-expose-headers', EXPOSED);
    outgoing.setHeader('vary', 'Origin');
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false;
    outgoing.setHeader('access-control-allow-methods', METHODS);
    outgoing.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '*');
    outgoing.setHeader('access-control-max-age', REMEMBERED_SECS);
    if (headers['access-control-request-private-network'] === 'true') {
        outgoing.setHeader('access-control-allow-private-network', 'true');
    }
    outgoing.writeHead(204).end();
    return true;
}
