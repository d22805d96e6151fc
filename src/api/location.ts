import { originOf } from './origin.js';
import type { AnswerHeaders } from './answers.js';
import type { RouteCall } from './route.js';

/** What stays as it is when it is encoded, as all ids do. */
const PLAIN = /^[\w.~-]+$/;

/**
 * The header that says where the thing is that a request has made.
 *
 * @param path - Its parts below `/v2`, which may have any characters.
 */
export function locationHeader({ request }: RouteCall, path: readonly string[]): AnswerHeaders {
    return { location: [originOf(request.url), 'v2', ...path.map(encoded)].join('/') };
}

function encoded(part: string): string {
    return PLAIN.test(part) ? part : encodeURIComponent(part);
}
