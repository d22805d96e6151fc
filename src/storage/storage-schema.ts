import { EngineError } from '../errors/engine-error.js';
import type { StorageUpdate } from '../model/storage.js';
import { isObject, readGivenSchema, SchemaProblem, type Schema } from './schema-check.js';
import type { StorageMetadata } from './storage-metadata.js';

/** Understands the schema of a storage; throws SchemaProblem for one that makes no sense. */
export type SchemaReader<Rules> = (schema: unknown) => Rules;

/** The metadata of a storage of whichever kind. */
type OwnedMetadata = Pick<StorageMetadata, 'id' | 'kind' | 'savedContents' | 'update'>;

/** The schema of one storage, and what it demands of the data. It is looked into when that is first needed. */
export class StorageSchema<Rules> {
    readonly #metadata: OwnedMetadata;
    readonly #read: SchemaReader<Rules>;
    #source: unknown;
    #rules: { of: Rules } | undefined;

    constructor(metadata: OwnedMetadata, read: SchemaReader<Rules>) {
        this.#metadata = metadata;
        this.#read = read;
        this.#source = metadata.savedContents['schema'];
    }

    get source(): unknown {
        return this.#source;
    }

    /** What the schema demands; as an empty one does, where there is none. */
    get rules(): Rules {
        return (this.#rules ??= { of: this.#understand() }).of;
    }

    /** What is saved of it. */
    describe(): { schema?: unknown } {
        return this.#source === undefined ? {} : { schema: this.#source };
    }

    /** What infos show of it: the caller's own copy. */
    info(): { schema?: Record<string, unknown> } {
        return this.#source === undefined ? {} : { schema: structuredClone(this.#source) as Record<string, unknown> };
    }

    /**
     * Changes what an owner can change of the storage, its schema among it, all or nothing.
     *
     * @throws `invalid-value` for a schema that makes no sense; else as {@link StorageMetadata.update}.
     */
    update(given: StorageUpdate): void {
        // What is no object of fields is for the header to refuse.
        if (!isObject(given)) return this.#metadata.update(given);
        const { schema, ...fields } = given;
        const before = this.#source;
        if (schema === null) this.#replace(undefined);
        else if (schema !== undefined) this.#replace(readGivenSchema('fields.schema', schema, this.#read));
        try {
            this.#metadata.update(fields);
        } catch (error) {
            this.#replace(before);
            throw error;
        }
    }

    #replace(source: unknown): void {
        this.#source = source;
        this.#rules = undefined;
    }

    #understand(): Rules {
        try {
            return this.#read(this.#source);
        } catch (error) {
            if (!(error instanceof SchemaProblem)) throw error;
            const message = `The schema of ${this.#metadata.kind} ${this.#metadata.id} is not valid: ${error.message}. Give it another one.`;
            throw new EngineError('invalid-value', message, { details: { id: this.#metadata.id }, cause: error });
        }
    }
}

/** How schemas of a kind of storage are checked, and copied, before one is made. */
export function givenSchemaReader(read: SchemaReader<unknown>): (schema: Schema) => Schema {
    return (schema) => readGivenSchema('options.schema', schema, read);
}
