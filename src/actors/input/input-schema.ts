import { createAjv2019 } from '../../util/json/ajv.js';
import { withRegExpTimeout, testWithTimeout, RegExpTimeoutError } from '../../util/json/regexp-timeout.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { EngineError } from '../../errors/engine-error.js';
import type * as inputSchemas from '@apify/input_schema';

/** A validation error of one field of an input. */
export interface InputProblem {
    /** The name of the field; for a nested field, its path with dots. */
    field: string;
    message: string;
}

/** A compiled input schema. */
export interface InputSchema {
    readonly source: JsonObject;
    /** True if the schema has defaults. */
    readonly hasDefaults: boolean;
    /** The fields whose values are stored encrypted. */
    readonly secretFields: readonly string[];
    /**
     * Validates an input, after filling in defaults in the input itself. Returns the validation errors.
     *
     * @throws SlowRegExpError if a regular expression of the schema takes too long.
     */
    validate(input: JsonObject): InputProblem[];
}

/** Maximum size of a schema, as on the platform. */
const MAX_SCHEMA_BYTES = 500_000;

/** Keywords that the platform refuses in new schemas but still applies in old ones. */
const DEPRECATED_KEYWORDS = ['patternKey', 'patternValue'];

const MAX_CACHED = 100;

type Library = typeof inputSchemas;

let library: Promise<Library> | undefined;

const cacheByText = new Map<string, Promise<InputSchema>>();

const cacheByObject = new WeakMap<JsonObject, Promise<InputSchema>>();

/** Matches the messages of the platform's validator. */
const LIBRARY_MESSAGE = /^Input schema is not valid \((.*)\)$/s;

const FIELD = /\bschema\.([\w.-]*[\w-])/;

const SPECIFICATION =
    'https://docs.apify.com/platform/actors/development/actor-definition/input-schema/specification/v1';

/**
 * Compiles an input schema. Caches schemas by their JSON, for all engines and builds.
 *
 * @throws Error with the reason if the schema is not valid by the platform's rules.
 */
export async function compileInputSchema(source: JsonObject): Promise<InputSchema> {
    const known = cacheByObject.get(source);
    if (known) return known;
    const text = serializeSchema(source);
    const schema = cacheByText.get(text) ?? compile(source, text);
    cacheByObject.set(source, schema);
    cacheByText.set(text, schema);
    if (cacheByText.size > MAX_CACHED) cacheByText.delete(cacheByText.keys().next().value!);
    return schema;
}

async function compile(source: JsonObject, text: string): Promise<InputSchema> {
    if (Buffer.byteLength(text) > MAX_SCHEMA_BYTES) throw new Error(`It is larger than ${MAX_SCHEMA_BYTES} bytes`);
    const checked = readSchema(source);
    library ??= import('@apify/input_schema');
    const { inputSchema, validateInputSchema, validateInputUsingValidator }: Library = await library;
    checkSchema(validateInputSchema, createFieldValidator(inputSchema), checked);
    const validate = createAjv2019({ allErrors: true, useDefaults: true, validateSchema: false }).compile(checked);
    const findErrors = (schema: JsonObject, input: JsonObject, check: (input: unknown) => boolean): InputProblem[] =>
        validateInputUsingValidator(check as never, schema as never, input).map(({ fieldKey, message }) => {
            return { field: fieldKey, message };
        });
    const validateUnguarded = (input: JsonObject): InputProblem[] => {
        try {
            return findErrors(source, input, validate);
        } catch (error) {
            // Not an error of the library.
            if (error instanceof RegExpTimeoutError) throw error;
            return findMistypedFields(source, (schema) => findErrors(schema, input, () => true));
        }
    };
    const validateInput = DEPRECATED_KEYWORDS.some((keyword) => text.includes(`"${keyword}"`))
        ? guardDeprecatedKeywords(validateUnguarded)
        : validateUnguarded;
    return {
        source,
        hasDefaults: text.includes('"default":'),
        secretFields: findSecretFields(checked),
        validate: (input) => withRegExpTimeout(() => validateInput(input)),
    };
}

/** Applies the timeout of regular expressions to those that the library itself creates and tests. */
function guardDeprecatedKeywords(
    validate: (input: JsonObject) => InputProblem[],
): (input: JsonObject) => InputProblem[] {
    return (input) => {
        let problems: InputProblem[] = [];
        const test = (): boolean => {
            problems = validate(input);
            return true;
        };
        testWithTimeout({ name: DEPRECATED_KEYWORDS.join(' or '), test })('');
        return problems;
    };
}

/** Calls the library's validator without its declared type guard, which would narrow the type. */
function checkSchema(validate: (validator: never, schema: never) => void, validator: object, schema: JsonObject): void {
    validate(validator as never, schema as never);
}

/** Finds the fields whose values make the library's own checks throw, such as a number as a proxy URL. */
function findMistypedFields(source: JsonObject, findErrors: (schema: JsonObject) => InputProblem[]): InputProblem[] {
    return Object.entries(source['properties'] as JsonObject).flatMap(([field, schema]) => {
        try {
            return findErrors({ ...source, properties: { [field]: schema } });
        } catch (error) {
            const message = `Field input.${field} has a value of the wrong type (${(error as Error).message})`;
            return [{ field, message }];
        }
    });
}

/** Serializes a schema. Throws if it is nested too deeply, which a schema from a file is not. */
function serializeSchema(source: JsonObject): string {
    try {
        return JSON.stringify(source);
    } catch {
        throw new Error('It is nested too deeply');
    }
}

/**
 * Creates the validator that the library uses for the fields of a schema. 20 times faster than plain ajv: the library creates
 * its schemas again for each field, and ajv would check and compile each of them again.
 */
function createFieldValidator(inputSchema: unknown): object {
    const ajv = createAjv2019({ validateSchema: false, inlineRefs: false, code: { optimize: false } });
    const validator = {
        errors: undefined as unknown,
        getSchema: () => true,
        validate(schema: object, value: unknown): boolean {
            // The library validates the whole schema last, after each of its fields.
            if (schema === inputSchema) return true;
            const key = JSON.stringify(schema);
            const validate = validators.get(key) ?? ajv.compile(schema);
            validators.set(key, validate);
            const isValid = validate(value) as boolean;
            validator.errors = validate.errors;
            return isValid;
        },
    };
    return validator;
}

const validators = new Map<string, ReturnType<ReturnType<typeof createAjv2019>['compile']>>();

/** Copies a schema without deprecated keywords. */
function readSchema(source: JsonObject): JsonObject {
    const { properties } = source;
    return isJsonObject(properties) ? { ...source, properties: readFields('schema.properties', properties) } : source;
}

function readFields(path: string, fields: unknown): JsonObject {
    if (!isJsonObject(fields)) throw new Error(`Field ${path} must be object`);
    // Such a field could be neither validated nor filled in.
    if (Object.hasOwn(fields, '__proto__')) throw new Error(`Field ${path}.__proto__ has a forbidden name`);
    return Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [name, readField(`${path}.${name}`, field)]),
    );
}

function readField(path: string, field: unknown): JsonObject {
    if (!isJsonObject(field)) throw new Error(`Field ${path} must be object`);
    const copy: JsonObject = Object.fromEntries(
        Object.entries(field).filter(([keyword]) => !DEPRECATED_KEYWORDS.includes(keyword)),
    );
    if (copy['items'] !== undefined) copy['items'] = readField(`${path}.items`, copy['items']);
    if (copy['properties'] !== undefined) copy['properties'] = readFields(`${path}.properties`, copy['properties']);
    return copy;
}

function findSecretFields({ properties }: JsonObject): string[] {
    const fields = Object.entries(properties as Record<string, JsonObject>);
    return fields.filter(([, { isSecret }]) => isSecret === true).map(([name]) => name);
}

/**
 * Creates the error for an invalid input schema.
 *
 * @param file - The file of the schema, or the `actor.json` that contains it.
 * @param cause - The error of the validation.
 */
export function inputSchemaError(file: string, cause: unknown): EngineError {
    const { message } = cause as Error;
    const isTooDeep = cause instanceof RangeError;
    const problem = isTooDeep ? 'It is nested too deeply' : message.replace(LIBRARY_MESSAGE, '$1').replace(/\.$/, '');
    const field = FIELD.exec(problem)?.[1];
    return new EngineError(
        'actor-source-invalid',
        `The input schema in ${file} is not valid: ${problem}. Correct it there; see ${SPECIFICATION}.`,
        { details: { file, ...(field !== undefined && { field }) }, cause },
    );
}
