import { createPublicKey } from 'node:crypto';
import { EngineError } from '../../errors/engine-error.js';
import { isJsonObject, isJsonType, JSON_TYPE, type JsonObject } from '../../util/json/json.js';
import { SlowRegExpError } from '../../util/json/regexp-timeout.js';
import { patchJson } from './patch-json.js';
import { type InputProblem, type InputSchema, inputSchemaError, compileInputSchema } from './input-schema.js';
import type { RunInput } from '../../model/api/run-document.js';
import type { Build } from '../../model/api/actor.js';
import type { SecretKeyPair } from './secret-keys.js';

/** Maximum number of reported errors; a completely different input can have thousands. */
const MAX_PROBLEMS = 100;

/**
 * Validates the input of a run and fills in the defaults of its schema. Returns an input that is not JSON, or that does not
 * change, byte for byte; in any other, the text that was sent is preserved around the changes.
 *
 * @param given - Undefined counts as an empty object, but stays undefined if there are no defaults to fill in.
 * @param encrypt - Encrypts secret fields. Returns the same object if nothing changes.
 * @throws EngineError `invalid-input`; its details list the invalid `fields`.
 */
export async function prepareInput(
    schema: InputSchema,
    given: RunInput | undefined,
    encrypt: (input: JsonObject) => Promise<JsonObject> = async (input) => input,
): Promise<RunInput | undefined> {
    if (given !== undefined && !isJsonType(given.contentType)) return given;
    const input = parseInput(given);
    const before = schema.hasDefaults ? stringify(input) : undefined;
    const problems = findProblems(schema, input);
    if (problems.length > 0) throw invalidInputError(problems);
    const after = await encrypt(input);
    if (after === input && (before === undefined || stringify(input) === before)) return given;
    return { bytes: Buffer.from(serializeInput(given, after)), contentType: given?.contentType ?? JSON_TYPE };
}

function findProblems(schema: InputSchema, input: JsonObject): InputProblem[] {
    try {
        return schema.validate(input);
    } catch (cause) {
        if (!(cause instanceof SlowRegExpError)) throw cause;
        const message = `Input is not valid: ${cause.message}. Simplify the expression in the input schema, or send shorter strings.`;
        throw new EngineError('invalid-input', message, { details: { fields: [] }, cause });
    }
}

function parseInput(given: RunInput | undefined): JsonObject {
    const input: unknown = given === undefined ? {} : JSON.parse(given.bytes.toString());
    // Without a prototype: otherwise inherited properties would count as fields.
    if (isJsonObject(input)) return Object.setPrototypeOf(input, null) as JsonObject;
    throw notAnObjectError(input);
}

/** Serializes the input. Patches the text that was sent, because numbers may have more digits than JavaScript keeps. */
function serializeInput(given: RunInput | undefined, input: JsonObject): string {
    return given === undefined ? stringify(input) : withDepthError(() => patchJson(given.bytes.toString(), input));
}

function stringify(input: JsonObject): string {
    return withDepthError(() => JSON.stringify(input));
}

function withDepthError(write: () => string): string {
    try {
        return write();
    } catch (cause) {
        const message = 'Input is not valid: it is nested too deeply. Use a flatter structure.';
        throw new EngineError('invalid-input', message, { details: { fields: [] }, cause });
    }
}

function notAnObjectError(input: unknown): EngineError {
    const kind = Array.isArray(input) ? 'an array' : input === null ? 'null' : `a ${typeof input}`;
    const message =
        `Input is not valid: it must be an object, but is ${kind}. ` +
        'The input of an Actor with an input schema is a JSON object.';
    return new EngineError('invalid-input', message, { details: { fields: [] } });
}

/** Creates the error for an invalid input, with the platform's wording, which users search for. */
function invalidInputError(problems: readonly InputProblem[]): EngineError {
    const unique = new Map(problems.map((problem) => [problem.message, problem]));
    const fields = [...unique.values()].slice(0, MAX_PROBLEMS);
    const rest = unique.size - fields.length;
    const messages = fields.map(({ message }) => message.replace(/\.$/, ''));
    if (rest > 0) messages.push(`and ${rest} more`);
    return new EngineError('invalid-input', `Input is not valid: ${messages.join(', ')}`, { details: { fields } });
}

/**
 * Returns the input to store for a run of a build: validated, with defaults and encrypted secrets.
 *
 * @param requireKeys - Returns the keys of the user of the run. Without it, nothing is encrypted and the input is only validated.
 * @throws EngineError `invalid-input` if the input does not match the schema of the build.
 */
export async function prepareInputFor(
    build: Build,
    input: RunInput | undefined,
    requireKeys?: () => Promise<SecretKeyPair>,
): Promise<RunInput | undefined> {
    const schema = await compileBuildSchema(build);
    if (schema === undefined) return input;
    return prepareInput(schema, input, requireKeys && ((value) => encryptInput(schema, value, requireKeys)));
}

async function compileBuildSchema({ actorDefinition, buildNumber }: Build): Promise<InputSchema | undefined> {
    const source = actorDefinition?.input;
    if (source === undefined) return undefined;
    try {
        return await compileInputSchema(source);
    } catch (error) {
        throw error instanceof EngineError ? error : inputSchemaError(`build ${buildNumber}`, error);
    }
}

/**
 * Encrypts the secret fields of an input as the platform does. Does not change values that are already encrypted.
 *
 * @returns The same object if there is nothing to encrypt.
 */
export async function encryptInput(
    schema: InputSchema,
    input: JsonObject,
    requireKeys: () => Promise<SecretKeyPair>,
): Promise<JsonObject> {
    const given = schema.secretFields.filter((field) => Object.hasOwn(input, field) && Boolean(input[field]));
    if (given.length === 0) return input;
    // Already loaded: the library of input schemas imports it too.
    const { encryptInputSecrets } = await import('@apify/input_secrets');
    const publicKey = createPublicKey((await requireKeys()).publicKey);
    const encrypted = encryptInputSecrets({ input, inputSchema: schema.source, publicKey });
    return given.some((field) => encrypted[field] !== input[field]) ? encrypted : input;
}
