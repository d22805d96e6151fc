import { EngineError } from '../errors/engine-error.js';
import type { Build } from '../model/actor.js';
import { inputSchemaError } from './input-schema-error.js';
import { openInputSchema, type InputSchema } from './input-schema.js';
import { prepareInput } from './prepare-input.js';
import type { RunInput } from '../model/run-document.js';
import { sealInput } from './seal-input.js';
import type { SecretKeyring } from './secret-keys.js';

/** Makes inputs ready for the runs of builds that have an input schema. */
export class InputDesk {
    readonly #keys: SecretKeyring;

    constructor(keys: SecretKeyring) {
        this.#keys = keys;
    }

    /**
     * The input as it is to be stored: checked, with the defaults of the schema, and its secrets encrypted.
     *
     * @param userId - Whose the run is: it alone can read them.
     * @throws EngineError `invalid-input` for one that the schema of the build refuses.
     */
    async prepare(build: Build, input: RunInput | undefined, userId: string): Promise<RunInput | undefined> {
        const schema = await schemaOf(build);
        if (schema === undefined) return input;
        return prepareInput(schema, input, (value) => sealInput(schema, value, this.#keys.of(userId)));
    }

    /** As {@link InputDesk.prepare}, but only for what it throws. */
    async validate(build: Build, input: RunInput | undefined): Promise<void> {
        const schema = await schemaOf(build);
        if (schema !== undefined) await prepareInput(schema, input);
    }
}

async function schemaOf({ actorDefinition, buildNumber }: Build): Promise<InputSchema | undefined> {
    const source = actorDefinition?.input;
    if (source === undefined) return undefined;
    try {
        return await openInputSchema(source);
    } catch (error) {
        throw error instanceof EngineError ? error : inputSchemaError(`build ${buildNumber}`, error);
    }
}
