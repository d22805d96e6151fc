import { EngineError } from '../../errors/engine-error.js';
import type { SchemaCheck } from '../../util/json/ajv.js';
import { checkJsonDepth, isJsonType, isJsonObject } from '../../util/json/json.js';
import { didYouMean } from '../../util/check.js';
import { validateWithTimeout, compileValidator, InvalidSchemaError } from '../json-schema.js';

/** A group of keys of a store, as its schema defines it, and the rules for their records. */
export interface StoreCollection {
    readonly name: string;
    /** The only key of the collection. If absent, the keys with the prefix belong to it. */
    readonly key?: string;
    readonly keyPrefix?: string;
    /** In lower case. If absent, any type is allowed. */
    readonly contentTypes?: readonly string[];
    readonly validate?: SchemaCheck;
}

/** A record to be stored. */
interface NewRecord {
    key: string;
    bytes: Uint8Array;
    contentType: string;
}

/**
 * Returns the collections that a store's schema defines.
 *
 * Source: "Key-value store schema specification" of the platform's docs.
 *
 * @throws InvalidSchemaError if a collection is not valid.
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
    const selectors = [key, keyPrefix].filter((value) => value !== undefined);
    if (selectors.length !== 1 || typeof selectors[0] !== 'string') {
        throw new InvalidSchemaError(`\`${path}\` must have either \`key\` or \`keyPrefix\`, a string`);
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

/** Returns true if a key belongs to a collection. */
export function includesKey({ key, keyPrefix }: StoreCollection, candidate: string): boolean {
    return key === undefined ? candidate.startsWith(keyPrefix!) : candidate === key;
}

/** Returns the collection with a name. Throws `invalid-collection`, with the names of the collections, if it does not exist. */
export function requireCollection(collections: readonly StoreCollection[], name: string): StoreCollection {
    const found = collections.find((collection) => collection.name === name);
    if (found) return found;
    const names = collections.map((collection) => collection.name);
    const known = names.length === 0 ? 'Its schema has none' : `It has: ${names.join(', ')}`;
    throw new EngineError(
        'invalid-collection',
        `The key-value store has no collection \`${name}\`.${didYouMean(name, names)} ${known}. ` +
            "Collections come from the key-value store schema in the `storages` of the Actor's actor.json.",
        { details: { collection: name } },
    );
}

/**
 * Throws if a record does not match the collections that its key belongs to.
 *
 * @throws EngineError `schema-validation-error`.
 */
export function validateRecord(collections: readonly StoreCollection[], record: NewRecord): void {
    for (const collection of collections) {
        if (includesKey(collection, record.key)) validateInCollection(collection, record);
    }
}

/** Returns true if {@link validateRecord} needs the bytes of a record. */
export function needsBytes(
    collections: readonly StoreCollection[],
    { key, contentType }: Omit<NewRecord, 'bytes'>,
): boolean {
    if (collections.length === 0 || !isJsonType(contentType)) return false;
    return collections.some((collection) => collection.validate !== undefined && includesKey(collection, key));
}

function validateInCollection({ name, contentTypes, validate }: StoreCollection, record: NewRecord): void {
    const { key, contentType } = record;
    const details = { collection: name, key };
    if (contentTypes !== undefined && !contentTypes.includes(stripParameters(contentType))) {
        const message =
            `Schema validation failed: the record \`${key}\` has the type \`${contentType}\`, but records of the ` +
            `collection \`${name}\` must have the type ${contentTypes.join(' or ')}. Use that type, or another key.`;
        throw new EngineError('schema-validation-error', message, { details });
    }
    if (validate === undefined || !isJsonType(contentType)) return;
    const value = parseJsonRecord(record, name);
    const validationErrors = validateWithTimeout(
        () => validate(value),
        (reason) => [
            `in the record \`${key}\`, ${reason}. Simplify the schema of the collection \`${name}\`, or store shorter texts.`,
            details,
        ],
    );
    if (validationErrors.length === 0) return;
    const problems = validationErrors
        .map(({ instancePath, message }) => `${instancePath || 'it'} ${message ?? ''}`)
        .join('; ');
    throw new EngineError(
        'schema-validation-error',
        `Schema validation failed: the record \`${key}\` does not match the collection \`${name}\`: ${problems}. ` +
            'Store a value that matches its `jsonSchema`, or use another key.',
        { details: { ...details, validationErrors } },
    );
}

function parseJsonRecord({ key, bytes }: NewRecord, collection: string): unknown {
    try {
        const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
        checkJsonDepth('record', text);
        return JSON.parse(text);
    } catch (cause) {
        const message =
            `Schema validation failed: the record \`${key}\` is not valid JSON, as the collection ` +
            `\`${collection}\` requires: ${(cause as Error).message}. Store it as JSON, or use another key.`;
        throw new EngineError('schema-validation-error', message, { details: { collection, key }, cause });
    }
}

/** Returns a content type without its parameters. */
function stripParameters(contentType: string): string {
    return contentType.split(';', 1)[0]!.trim().toLowerCase();
}
