import { EngineError } from '../errors/engine-error.js';
import type { RouteCall } from './route.js';

/** What was looked for; throws `record-not-found` when it is not there. */
export function found<T>(value: T | undefined, kind: string, { request }: RouteCall): T {
    if (value !== undefined) return value;
    const { pathname } = new URL(request.url);
    throw new EngineError(
        'record-not-found',
        `${kind} was not found: \`${pathname}\` leads to none. It may have been deleted, or is known by another name.`,
        { details: { path: pathname } },
    );
}
