import { EngineError } from '../errors/engine-error.js';
import { didYouMean } from '../util/near-miss.js';

/** Which keys belong to a collection: one, or all that begin alike. */
export type KeyCollection = { key: string } | { keyPrefix: string };

/**
 * Finds a collection in the schema of a key-value store.
 *
 * Source: "Key-value store schema" of the platform's docs.
 *
 * @param schema - The store's schema, if it has one.
 * @throws `invalid-collection`, with the nearest one that there is.
 */
export function findCollection(schema: unknown, name: string): KeyCollection {
    const collections = objectAt(schema, 'collections');
    const { key, keyPrefix } = objectAt(collections, name);
    if (typeof key === 'string') return { key };
    if (typeof keyPrefix === 'string') return { keyPrefix };
    const known = Object.keys(collections);
    const what = known.length === 0 ? 'It has no collections.' : `It has: ${known.join(', ')}.`;
    throw new EngineError(
        'invalid-collection',
        `\`options.collection\` is '${name}', which the key-value store does not have.${didYouMean(name, known)} ${what} ` +
            'They come from the key-value store schema in the `storages` of the Actor’s actor.json.',
        { details: { collection: name } },
    );
}

function objectAt(value: unknown, key: string): Record<string, unknown> {
    const inner = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return isObject(inner) ? inner : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
