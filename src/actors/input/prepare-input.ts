import { createPublicKey } from 'node:crypto';
import { EngineError } from '../../errors/engine-error.js';
import { isJsonObject, isJsonType, JSON_TYPE, type JsonObject } from '../../util/json/json.js';
import { SlowRegExpError } from '../../util/json/regexp-timeout.js';
import { patchJson } from './patch-json.js';
import { type InputProblem, type InputSchema, inputSchemaError, compileInputSchema } from './input-schema.js';
import type { RunInput } from '../../model/api/run-document.js';
import type { Build } from '../../model/api/actor.js';
import type { SecretKeyPair } from './secret-keys.js';

/** So many problems are told; an input of another kind altogether has thousands. */
const MAX_PROBLEMS = 100;

/**
 * Checks the input of a run and fills in the defaults of its schema. One that is not JSON is let be; one to which nothing
 * was added stays as it is, to the byte, and of any other all that was sent.
 *
 * @param given - No input is an empty object, or none when nothing is to be filled in.
 * @param seal - Changes what is to be stored otherwise than it was sent; returns the same object if nothing is.
 * @throws EngineError `invalid-input`; its details name all `fields` that are not right.
 */
export async function prepareInput(
    schema: InputSchema,
    given: RunInput | undefined,
    seal: (input: JsonObject) => Promise<JsonObject> = async (input) => input,
): Promise<RunInput | undefined> {
    if (given !== undefined && !isJsonType(given.contentType)) return given;
    const input = parseInput(given);
    const before = schema.hasDefaults ? stringify(input) : undefined;
    const problems = findProblems(schema, input);
    if (problems.length > 0) throw invalidInputError(problems);
    const after = await seal(input);
    if (after === input && (before === undefined || stringify(input) === before)) return given;
    return { bytes: Buffer.from(serializeInput(given, after)), contentType: given?.contentType ?? JSON_TYPE };
}

function findProblems(schema: InputSchema, input: JsonObject): InputProblem[] {
    try {
        return schema.validate(input);
    } catch (cause) {
        if (!(cause instanceof SlowRegExpError)) throw cause;
        const message = `Input is not valid: ${cause.message}. Simplify that in the input schema, or send shorter texts.`;
        throw new EngineError('invalid-input', message, { details: { fields: [] }, cause });
    }
}

function parseInput(given: RunInput | undefined): JsonObject {
    const input: unknown = given === undefined ? {} : JSON.parse(given.bytes.toString());
    // Or a missing field would be taken for what all objects inherit, if it is called like that.
    if (isJsonObject(input)) return Object.setPrototypeOf(input, null) as JsonObject;
    throw notAnObjectError(input);
}

/** What was sent keeps its letters: a number may have more digits than JavaScript keeps. */
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
        const message = 'Input is not valid: it is nested too deeply. Give it a flatter shape.';
        throw new EngineError('invalid-input', message, { details: { fields: [] }, cause });
    }
}

function notAnObjectError(input: unknown): EngineError {
    const kind = Array.isArray(input) ? 'array' : input === null ? 'null' : typeof input;
    const message =
        `Input is not valid: it must be object, but is ${kind}. ` +
        'The Actor has an input schema, whose properties are those of one JSON object.';
    return new EngineError('invalid-input', message, { details: { fields: [] } });
}

/** In the platform's words, which people look for. */
function invalidInputError(problems: readonly InputProblem[]): EngineError {
    const told = new Map(problems.map((problem) => [problem.message, problem]));
    const fields = [...told.values()].slice(0, MAX_PROBLEMS);
    const rest = told.size - fields.length;
    const messages = fields.map(({ message }) => message.replace(/\.$/, ''));
    if (rest > 0) messages.push(`and ${rest} more`);
    return new EngineError('invalid-input', `Input is not valid: ${messages.join(', ')}`, { details: { fields } });
}

/**
 * Returns the input of a run of a build as it is to be stored: checked, with the defaults of the schema, and its secrets encrypted.
 *
 * @param requireKeys - The keys of the user whose run it is; without them nothing is encrypted, and the input is only checked.
 * @throws EngineError `invalid-input` for one that the schema of the build refuses.
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
 * Encrypts the secret fields of an input as the platform does. What is encrypted already stays as it is.
 *
 * @returns The input itself, if there is nothing to encrypt.
 */
export async function encryptInput(
    schema: InputSchema,
    input: JsonObject,
    requireKeys: () => Promise<SecretKeyPair>,
): Promise<JsonObject> {
    const given = schema.secretFields.filter((field) => Object.hasOwn(input, field) && Boolean(input[field]));
    if (given.length === 0) return input;
    // The schema's own library needs it, too, so that it has been loaded by now.
    const { encryptInputSecrets } = await import('@apify/input_secrets');
    const publicKey = createPublicKey((await requireKeys()).publicKey);
    const sealed = encryptInputSecrets({ input, inputSchema: schema.source, publicKey });
    return given.some((field) => sealed[field] !== input[field]) ? sealed : input;
}
