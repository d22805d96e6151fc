import { ApiRefusal } from './api-refusal.js';

const BEARER = /^bearer +(\S+) *$/i;
const REMEDY = 'Send `Authorization: Bearer <token>`, with the token of the engine: `engine.token`.';

/** The token of a request: that of its header or, without such a header, that of its query; undefined if it has none. */
export function tokenOf(request: Request): string | undefined {
    const header = request.headers.get('authorization');
    if (header !== null) return BEARER.exec(header)?.[1];
    // Nearly all requests have none there, and parsing their URL would be the larger part of the work.
    if (!request.url.includes('token=')) return undefined;
    return new URL(request.url).searchParams.get('token') || undefined;
}

/** The refusal of a request that has no token. */
export function noToken(): ApiRefusal {
    return new ApiRefusal(401, 'token-not-provided', `Authentication token was not provided. ${REMEDY}`);
}

/** The refusal of a request whose token is nobody's. */
export function wrongToken(): ApiRefusal {
    return new ApiRefusal(401, 'invalid-token', `Authentication token is not valid. ${REMEDY}`);
}
