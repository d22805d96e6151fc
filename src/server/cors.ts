import type { IncomingMessage, ServerResponse } from 'node:http';

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
export function shareWithOrigin({ method, headers }: IncomingMessage, outgoing: ServerResponse): boolean {
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
