import type { AnswerHeaders } from './answers.js';
import type { RouteCall } from './route.js';

/** The header that says where the thing is that a request has made. */
export function locationHeader({ request }: RouteCall, path: string): AnswerHeaders {
    return { location: new URL(`/v2${path}`, request.url).href };
}
