import { EngineError } from '../errors/engine-error.js';
import { readItemCheck } from '../storage/item-check.js';
import { SchemaProblem } from '../storage/schema-check.js';
import { readCollections } from '../storage/store-collections.js';
import { inputSchemaError } from './input-schema-error.js';
import { openInputSchema } from './input-schema.js';
import type { JsonObject } from './json-file.js';

/** What the schemas of storages must be able to say, by the names they have in `actor.json`. */
const READERS: Readonly<Record<string, (schema: JsonObject) => unknown>> = {
    dataset: readItemCheck,
    keyValueStore: readCollections,
};

/** @throws EngineError `actor-source-invalid`, with the file and the field. */
export async function checkInputSchema(schema: JsonObject, file: string): Promise<void> {
    try {
        await openInputSchema(schema);
    } catch (error) {
        throw inputSchemaError(file, error);
    }
}

/**
 * @param kind - As `actor.json` names it.
 * @throws EngineError `actor-source-invalid`, with the file and what is wrong there.
 */
export function checkStorageSchema(kind: string, schema: JsonObject, file: string): void {
    try {
        READERS[kind]?.(schema);
    } catch (error) {
        if (!(error instanceof SchemaProblem)) throw error;
        const message = `The ${kind} schema in ${file} is not valid: ${error.message}. Correct it there.`;
        throw new EngineError('actor-source-invalid', message, { details: { file }, cause: error });
    }
}
