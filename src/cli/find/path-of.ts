import { EngineError } from '../../errors/engine-error.js';

/** A path of the API whose parts may have any characters: `pathOf('actor-runs', id, 'log')`. */
export function pathOf(...parts: readonly string[]): string {
    if (parts.includes('')) {
        // It would lead to something else.
        throw new EngineError('invalid-value', 'An id, name or key is empty. Look at what the command line has there.');
    }
    return parts.map((part) => encodeURIComponent(part)).join('/');
}

/** An id or name as paths have it, where `owner/name` is one part. */
export function referencePath(kind: string, reference: string, ...more: readonly string[]): string {
    return pathOf(kind, reference.replace('/', '~'), ...more);
}
