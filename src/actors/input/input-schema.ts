import { createAjv2019 } from '../../util/json/ajv.js';
import { withRegExpTimeout, testWithTimeout, RegExpTimeoutError } from '../../util/json/regexp-timeout.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { EngineError } from '../../errors/engine-error.js';
import type * as inputSchemas from '@apify/input_schema';

/** What is wrong with a field of an input. */
export interface InputProblem {
    /** The name of the field; of a field within a field, its path with dots. */
    field: string;
    message: string;
}

/** An input schema, ready to look at inputs. */
export interface InputSchema {
    readonly source: JsonObject;
    /** Whether it has defaults that may be missing in an input. */
    readonly hasDefaults: boolean;
    /** The fields whose values are stored encrypted. */
    readonly secretFields: readonly string[];
    /**
     * Fills in what is missing, in the input itself, and returns what is wrong with it.
     *
     * @throws SlowPattern for a regular expression of the schema that does not come to an end.
     */
    validate(input: JsonObject): InputProblem[];
}

/** As much as the platform takes. */
const MAX_SCHEMA_BYTES = 500_000;

/** Fields that the platform does not take in new schemas any more, but still acts on where it has them. */
const DEPRECATED_KEYWORDS = ['patternKey', 'patternValue'];

const MAX_CACHED = 100;

type Library = typeof inputSchemas;

let library: Promise<Library> | undefined;

const cacheByText = new Map<string, Promise<InputSchema>>();

const cacheByObject = new WeakMap<JsonObject, Promise<InputSchema>>();

/** The wrapping that the platform's validator puts around what it has to say. */
const LIBRARY_MESSAGE = /^Input schema is not valid \((.*)\)$/s;

const FIELD = /\bschema\.([\w.-]*[\w-])/;

const SPECIFICATION =
    'https://docs.apify.com/platform/actors/development/actor-definition/input-schema/specification/v1';

/**
 * Makes an input schema ready, once for each: the same text is the same schema, whichever engine and build it is from.
 *
 * @throws Error that says what is wrong with the schema, by the platform's own rules.
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
    const judge = (schema: JsonObject, input: JsonObject, check: (input: unknown) => boolean): InputProblem[] =>
        validateInputUsingValidator(check as never, schema as never, input).map(({ fieldKey, message }) => {
            return { field: fieldKey, message };
        });
    const completeUnguarded = (input: JsonObject): InputProblem[] => {
        try {
            return judge(source, input, validate);
        } catch (error) {
            // An error of ours, and not of the library's.
            if (error instanceof RegExpTimeoutError) throw error;
            return findMistypedFields(source, (schema) => judge(schema, input, () => true));
        }
    };
    const complete = DEPRECATED_KEYWORDS.some((keyword) => text.includes(`"${keyword}"`))
        ? guardDeprecatedKeywords(completeUnguarded)
        : completeUnguarded;
    return {
        source,
        hasDefaults: text.includes('"default":'),
        secretFields: findSecretFields(checked),
        validate: (input) => withRegExpTimeout(() => complete(input)),
    };
}

/** For expressions that the library makes and tests by itself. */
function guardDeprecatedKeywords(
    complete: (input: JsonObject) => InputProblem[],
): (input: JsonObject) => InputProblem[] {
    return (input) => {
        let problems: InputProblem[] = [];
        const test = (): boolean => {
            problems = complete(input);
            return true;
        };
        testWithTimeout({ name: DEPRECATED_KEYWORDS.join(' or '), test })('');
        return problems;
    };
}

/** Not called as what it is declared as, which would have it narrow the type. */
function checkSchema(validate: (validator: never, schema: never) => void, validator: object, schema: JsonObject): void {
    validate(validator as never, schema as never);
}

/** The fields with values that the library's own checks cannot cope with, such as a number for a URL of a proxy. */
function findMistypedFields(source: JsonObject, judge: (schema: JsonObject) => InputProblem[]): InputProblem[] {
    return Object.entries(source['properties'] as JsonObject).flatMap(([field, schema]) => {
        try {
            return judge({ ...source, properties: { [field]: schema } });
        } catch (error) {
            const message = `Field input.${field} holds something of the wrong type (${(error as Error).message})`;
            return [{ field, message }];
        }
    });
}

/** The text, which a schema that came from a file always has; one that is nested without end is told as such. */
function serializeSchema(source: JsonObject): string {
    try {
        return JSON.stringify(source);
    } catch {
        throw new Error('It is nested too deeply');
    }
}

/**
 * What the library calls ajv for, done in a twentieth of the time: it makes its own schemas anew for each field, and ajv
 * would compile each of them anew, after having checked it.
 */
function createFieldValidator(inputSchema: unknown): object {
    const ajv = createAjv2019({ validateSchema: false, inlineRefs: false, code: { optimize: false } });
    const validator = {
        errors: undefined as unknown,
        getSchema: () => true,
        validate(schema: object, value: unknown): boolean {
            // The last thing that is asked for: all of it has been asked for before, field by field.
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

/** A copy in which no field has a keyword of former times. */
function readSchema(source: JsonObject): JsonObject {
    const { properties } = source;
    return isJsonObject(properties) ? { ...source, properties: readFields('schema.properties', properties) } : source;
}

function readFields(path: string, fields: unknown): JsonObject {
    if (!isJsonObject(fields)) throw new Error(`Field ${path} must be object`);
    // A field of that name could be neither checked nor filled in.
    if (Object.hasOwn(fields, '__proto__'))
        throw new Error(`Field ${path}.__proto__ has a name that no field can have`);
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
 * The error for an input schema that no Actor can have.
 *
 * @param file - Where the schema is: its own file, or the `actor.json` that holds it.
 * @param cause - What the check of the schema threw.
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
