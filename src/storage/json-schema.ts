import { EngineError } from '../errors/engine-error.js';
import { checkJsonDepth, isJsonObject } from '../util/json/json.js';
import { compileSchema, type SchemaCheck } from '../util/json/ajv.js';
import { invalid } from '../util/check.js';
import { withRegExpTimeout, SlowRegExpError } from '../util/json/regexp-timeout.js';

/** What a schema of a storage turned out to be wrong in: the path of a field, and the problem. */
export class InvalidSchemaError extends Error {}

const compiled = new WeakMap<object, SchemaCheck>();

/**
 * The check of a JSON Schema inside the schema of a storage. One object is compiled once, however many runs have a
 * storage that is made from it.
 *
 * @param path - Where it is, as in `fields`.
 * @throws SchemaProblem for what is no JSON Schema of draft 07.
 */
export function compileValidator(path: string, schema: unknown): SchemaCheck {
    if (!isJsonObject(schema)) throw new InvalidSchemaError(`\`${path}\` must be an object, a JSON Schema`);
    const known = compiled.get(schema);
    if (known) return known;
    try {
        const check = compileSchema(schema);
        compiled.set(schema, check);
        return check;
    } catch (cause) {
        const problem = cause instanceof RangeError ? 'it is nested too deeply' : (cause as Error).message;
        throw new InvalidSchemaError(`\`${path}\` is no JSON Schema of draft 07: ${problem}`, { cause });
    }
}

/**
 * Checks values of users by schemas of users, for no longer than that may take.
 *
 * @param tooSlow - Says what is refused, given what took too long.
 * @throws EngineError `schema-validation-error`.
 */
export function validateWithTimeout<Found>(
    check: () => Found,
    tooSlow: (reason: string) => [message: string, details: object],
): Found {
    try {
        return withRegExpTimeout(check);
    } catch (cause) {
        if (!(cause instanceof SlowRegExpError)) throw cause;
        const [message, details] = tooSlow(cause.message);
        throw new EngineError('schema-validation-error', `Schema validation failed: ${message}`, {
            details: { ...details },
            cause,
        });
    }
}

/** A copy of what a caller gave as the schema of a storage; throws `invalid-value` for what cannot be one. */
export function validateSchema(path: string, schema: unknown, read: (schema: StorageSchema) => unknown): StorageSchema {
    if (!isJsonObject(schema)) throw invalid(path, schema, 'an object');
    const copy = copyAsJson(path, schema);
    try {
        read(copy);
        return copy;
    } catch (error) {
        if (!(error instanceof InvalidSchemaError)) throw error;
        const message = `\`${path}\` is not valid: ${error.message}. Correct it, or leave it out.`;
        throw new EngineError('invalid-value', message, { cause: error });
    }
}

function copyAsJson(path: string, schema: StorageSchema): StorageSchema {
    let text: string;
    try {
        text = JSON.stringify(schema);
    } catch (cause) {
        const message = `\`${path}\` cannot be written as JSON: ${(cause as Error).message}. Give plain data.`;
        throw new EngineError('invalid-value', message, { cause });
    }
    checkJsonDepth(path, text);
    return JSON.parse(text) as StorageSchema;
}

/** A schema of a storage, not looked into yet. */
export type StorageSchema = Readonly<Record<string, unknown>>;
