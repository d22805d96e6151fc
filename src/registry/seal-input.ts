import { createPublicKey } from 'node:crypto';
import type { InputSchema } from './input-schema.js';
import type { JsonObject } from './json-file.js';
import type { SecretKeys } from './secret-keys.js';

/**
 * Encrypts the secret fields of an input as the platform does. What is encrypted already stays as it is.
 *
 * @returns The input itself, if there is nothing to encrypt.
 */
export async function sealInput(schema: InputSchema, input: JsonObject, keys: SecretKeys): Promise<JsonObject> {
    const given = schema.secretFields.filter((field) => Object.hasOwn(input, field) && Boolean(input[field]));
    if (given.length === 0) return input;
    // The schema's own library needs it, too, so that it has been loaded by now.
    const { encryptInputSecrets } = await import('@apify/input_secrets');
    const publicKey = createPublicKey((await keys.require()).publicKey);
    const sealed = encryptInputSecrets({ input, inputSchema: schema.source, publicKey });
    return given.some((field) => sealed[field] !== input[field]) ? sealed : input;
}
