import { originOf } from './origin.js';
import type { AnswerHeaders } from './answers.js';
import type { RouteCall } from './route.js';

/**
 * The header that says where the thing is that a request has made.
 *
 * @param path - Its parts below `/v2`, which may have any characters.
 */
export function locationHeader({ request }: RouteCall, path: readonly string[]): AnswerHeaders {
    return { location: [originOf(request.url), 'v2', ...path.map(encodeURIComponent)].join('/') };
}
