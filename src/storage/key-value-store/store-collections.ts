import { EngineError } from '../../errors/engine-error.js';
import type { SchemaCheck } from '../../util/json/ajv.js';
import { isJsonType, isJsonObject } from '../../util/json/json.js';
import { didYouMean } from '../../util/check.js';
import { validateWithTimeout, compileValidator, InvalidSchemaError } from '../json-schema.js';

/** Some keys of a store, as its schema groups them, and what their records are like. */
export interface StoreCollection {
    readonly name: string;
    /** The one key of the collection; else its keys are those with the prefix. */
    readonly key?: string;
    readonly keyPrefix?: string;
    /** Lower case. Any, if absent. */
    readonly contentTypes?: readonly string[];
    readonly validate?: SchemaCheck;
}

/** A record that is about to be stored. */
interface NewRecord {
    key: string;
    bytes: Uint8Array;
    contentType: string;
}

/**
 * The collections that a store's schema has.
 *
 * Source: "Key-value store schema specification" of the platform's docs.
 *
 * @throws SchemaProblem for a collection that is not as it must be.
 */
export function parseCollections(schema: unknown): StoreCollection[] {
    const collections = isJsonObject(schema) ? (schema['collections'] ?? {}) : {};
    if (!isJsonObject(collections))
        throw new InvalidSchemaError('`collections` must be an object of collections by name');
    return Object.entries(collections).map(([name, collection]) => parseCollection(name, collection));
}

function parseCollection(name: string, collection: unknown): StoreCollection {
    const path = `collections.${name}`;
    if (!isJsonObject(collection)) throw new InvalidSchemaError(`\`${path}\` must be an object`);
    const { key, keyPrefix, contentTypes, jsonSchema } = collection;
    const given = [key, keyPrefix].filter((value) => value !== undefined);
    if (given.length !== 1 || typeof given[0] !== 'string') {
        throw new InvalidSchemaError(`\`${path}\` must have one of \`key\` and \`keyPrefix\`, a text`);
    }
    return {
        name,
        ...(key === undefined ? { keyPrefix: keyPrefix as string } : { key: key as string }),
        ...(contentTypes !== undefined && { contentTypes: parseContentTypes(`${path}.contentTypes`, contentTypes) }),
        ...(jsonSchema !== undefined && { validate: compileValidator(`${path}.jsonSchema`, jsonSchema) }),
    };
}

function parseContentTypes(path: string, types: unknown): string[] {
    const isList = Array.isArray(types) && types.length > 0;
    if (isList && types.every((type) => typeof type === 'string')) return types.map(stripParameters);
    throw new InvalidSchemaError(`\`${path}\` must be an array of types, like ["application/json"]`);
}

/** Whether a collection has a key. */
export function includesKey({ key, keyPrefix }: StoreCollection, candidate: string): boolean {
    return key === undefined ? candidate.startsWith(keyPrefix!) : candidate === key;
}

/** The collection of that name; throws `invalid-collection` with the names there are. */
export function requireCollection(collections: readonly StoreCollection[], name: string): StoreCollection {
    const found = collections.find((collection) => collection.name === name);
    if (found) return found;
    const names = collections.map((collection) => collection.name);
    const known = names.length === 0 ? 'Its schema has none' : `It has: ${names.join(', ')}`;
    throw new EngineError(
        'invalid-collection',
        `The key-value store has no collection \`${name}\`.${didYouMean(name, names)} ${known}. ` +
            'Collections come from the key-value store schema in the `storages` of the Actor’s actor.json.',
        { details: { collection: name } },
    );
}

/**
 * Refuses a record that is not as the collections with its key say.
 *
 * @throws EngineError `schema-validation-error`.
 */
export function validateRecord(collections: readonly StoreCollection[], record: NewRecord): void {
    for (const collection of collections) {
        if (includesKey(collection, record.key)) validateInCollection(collection, record);
    }
}

/** Whether {@link validateRecord} has to know the bytes of a record. */
export function needsBytes(
    collections: readonly StoreCollection[],
    { key, contentType }: Omit<NewRecord, 'bytes'>,
): boolean {
    if (collections.length === 0 || !isJsonType(contentType)) return false;
    return collections.some((collection) => collection.validate !== undefined && includesKey(collection, key));
}

function validateInCollection({ name, contentTypes, validate: check }: StoreCollection, record: NewRecord): void {
    const { key, contentType } = record;
    const details = { collection: name, key };
    if (contentTypes !== undefined && !contentTypes.includes(stripParameters(contentType))) {
        const message =
            `Schema validation failed: the record \`${key}\` is of the type \`${contentType}\`, but those of the ` +
            `collection \`${name}\` must be of ${contentTypes.join(' or ')}. Store it so, or under another key.`;
        throw new EngineError('schema-validation-error', message, { details });
    }
    if (check === undefined || !isJsonType(contentType)) return;
    const value = parseJsonRecord(record, name);
    const validationErrors = validateWithTimeout(
        () => check(value),
        (reason) => [
            `in the record \`${key}\`, ${reason}. Simplify that in the collection \`${name}\`, or store shorter texts.`,
            details,
        ],
    );
    if (validationErrors.length === 0) return;
    const told = validationErrors
        .map(({ instancePath, message }) => `${instancePath || 'it'} ${message ?? ''}`)
        .join('; ');
    throw new EngineError(
        'schema-validation-error',
        `Schema validation failed: the record \`${key}\` is not as the collection \`${name}\` says: ${told}. ` +
            'Store a value as its `jsonSchema` says, or under another key.',
        { details: { ...details, validationErrors } },
    );
}

function parseJsonRecord({ key, bytes }: NewRecord, collection: string): unknown {
    try {
        return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
    } catch (cause) {
        const message =
            `Schema validation failed: the record \`${key}\` is no JSON, as those of the collection ` +
            `\`${collection}\` must be: ${(cause as Error).message}. Store it as JSON, or under another key.`;
        throw new EngineError('schema-validation-error', message, { details: { collection, key }, cause });
    }
}

/** A type without its parameters. */
function stripParameters(contentType: string): string {
    return contentType.split(';', 1)[0]!.trim().toLowerCase();
}
