import { EngineError } from '../errors/engine-error.js';
import { checkJsonDepth, isJsonObject } from '../util/json/json.js';
import { compileSchema, type SchemaCheck } from '../util/json/ajv.js';
import { invalid } from '../util/check.js';
import { withRegExpTimeout, SlowRegExpError } from '../util/json/regexp-timeout.js';

/** A schema that is not valid. The message has the path of the field and the problem. */
export class InvalidSchemaError extends Error {}

const compiled = new WeakMap<object, SchemaCheck>();

/**
 * Compiles a JSON Schema inside the schema of a storage. Each schema object is compiled once, regardless of the number of runs whose
 * storages use it.
 *
 * @param path - Path of the JSON Schema in the schema, such as `fields`.
 * @throws InvalidSchemaError if it is not a valid JSON Schema of draft 07.
 */
export function compileValidator(path: string, schema: unknown): SchemaCheck {
    if (!isJsonObject(schema)) throw new InvalidSchemaError(`\`${path}\` must be an object, a JSON Schema`);
    const known = compiled.get(schema);
    if (known) return known;
    try {
        const validate = compileSchema(schema);
        compiled.set(schema, validate);
        return validate;
    } catch (cause) {
        const problem =
            cause instanceof RangeError
                ? 'it is nested too deeply'
                : (cause as Error).message.replace(/^schema is invalid: /, '');
        throw new InvalidSchemaError(`\`${path}\` is not a valid JSON Schema of draft 07: ${problem}`, { cause });
    }
}

/**
 * Validates values by a schema, both from users, with a limit on the time that regular expressions take.
 *
 * @param describeTimeout - Returns the message and details of the error, given the reason.
 * @throws EngineError `schema-validation-error` if the validation takes too long.
 */
export function validateWithTimeout<Result>(
    validate: () => Result,
    describeTimeout: (reason: string) => [message: string, details: object],
): Result {
    try {
        return withRegExpTimeout(validate);
    } catch (cause) {
        if (!(cause instanceof SlowRegExpError)) throw cause;
        const [message, details] = describeTimeout(cause.message);
        throw new EngineError('schema-validation-error', `Schema validation failed: ${message}`, {
            details: { ...details },
            cause,
        });
    }
}

/** Returns a copy of the schema that a caller passes for a storage. Throws `invalid-value` if it is not valid. */
export function validateSchema(
    path: string,
    schema: unknown,
    parse: (schema: StorageSchema) => unknown,
): StorageSchema {
    if (!isJsonObject(schema)) throw invalid(path, schema, 'an object');
    const copy = copyAsJson(path, schema);
    try {
        parse(copy);
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
        const message = `\`${path}\` cannot be written as JSON: ${(cause as Error).message}. Pass plain data.`;
        throw new EngineError('invalid-value', message, { cause });
    }
    checkJsonDepth(path, text);
    return JSON.parse(text) as StorageSchema;
}

/** The schema of a storage, not validated yet. */
export type StorageSchema = Readonly<Record<string, unknown>>;
