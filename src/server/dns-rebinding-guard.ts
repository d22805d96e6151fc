import { isIP } from 'node:net';
import { HttpError } from '../api/errors.js';
import { show } from '../util/check.js';
import { isLoopback } from '../util/loopback.js';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The hosts and origins that a listener accepts. */
export interface DnsRebindingOptions {
    /** Host that it listens at. */
    readonly host: string;
    readonly port: number;
    /** Additional host names, with or without a port. */
    readonly allowedHosts: readonly string[];
    /** Origins of pages that may use it, in addition to its own; `*` permits all. */
    readonly allowedOrigins: readonly string[];
}

/** Returns the error for a request that is not permitted; undefined for one that is. */
export type DnsRebindingGuard = (request: Pick<IncomingMessage, 'headers' | 'url'>) => HttpError | undefined;

const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\//i;
const ANY_ADDRESS = new Set(['0.0.0.0', '::']);
const DEFAULT_PORT = '80';

/**
 * Creates the guard against foreign web pages. A page whose own host name resolves to this machine (DNS rebinding) sends that
 * name in `Host`; a page that sends requests across origins has its `Origin`.
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
        const { name, port: requestedPort } = parseAuthority(authority);
        if (named.has(name) || named.has(authority.toLowerCase())) return true;
        if (requestedPort !== String(port)) return false;
        // Only host names can be rebound, not addresses.
        return name === host.toLowerCase() || isLoopback(name) || (ANY_ADDRESS.has(host) && isIP(name) !== 0);
    };
    const isOwn = (origin: string): boolean =>
        /^https?:\/\//.test(origin) && isKnown(origin.replace(/^https?:\/\//, ''));
    // Most requests have the same host.
    let lastKnown: string | undefined;
    return ({ headers, url = '' }) => {
        const authority = headers.host ?? '';
        const isKnownHere = authority === lastKnown || isKnown(authority);
        if (!isKnownHere || (ABSOLUTE.test(url) && !isOwn(originOf(url)))) return hostNotAllowed(authority, port);
        lastKnown = authority;
        const { origin } = headers;
        if (origin === undefined || origins.has('*') || origins.has(origin) || isOwn(origin)) return undefined;
        return originNotAllowed(origin);
    };
}

function originOf(url: string): string {
    return URL.canParse(url) ? new URL(url).origin : '';
}

/** Parses `localhost:8080`, `[::1]:8080`, and names with the trailing dot of the root. */
function parseAuthority(authority: string): { name: string; port: string } {
    const [, name = '', port = DEFAULT_PORT] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority.toLowerCase()) ?? [];
    return { name: name.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, ''), port: port || DEFAULT_PORT };
}

function hostNotAllowed(authority: string, port: number): HttpError {
    const message =
        `The request is for the host ${show(authority)}, but this listener only accepts \`localhost:${port}\`, ` +
        'which protects it from DNS rebinding.';
    return new HttpError(403, 'host-not-allowed', message, 'allowed-host');
}

function originNotAllowed(origin: string): HttpError {
    const message = `Pages of ${show(origin)} are not permitted to use this listener.`;
    return new HttpError(403, 'origin-not-allowed', message, 'allowed-origin');
}

const METHODS = 'GET, HEAD, POST, PUT, DELETE, OPTIONS';
const EXPOSED = [
    'content-disposition',
    'location',
    ...['total', 'offset', 'limit', 'count', 'desc'].map((name) => `x-apify-pagination-${name}`),
].join(', ');
const PREFLIGHT_MAX_AGE_SECS = '600';

/**
 * Sets the CORS headers for a page of another origin, which the guard has permitted, and responds to preflight requests.
 *
 * @returns True if the request was a preflight and has been handled.
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
    outgoing.setHeader('access-control-max-age', PREFLIGHT_MAX_AGE_SECS);
    if (headers['access-control-request-private-network'] === 'true') {
        outgoing.setHeader('access-control-allow-private-network', 'true');
    }
    outgoing.writeHead(204).end();
    return true;
}
