import type { ItemLease } from '../protocol/item-lease.js';
import type { ItemLog } from './backend.js';
import type { SchemaCheck } from '../util/ajv.js';
import { FieldSampler } from './field-sampler.js';
import { readItemCheck } from './item-check.js';
import { StorageSchema } from './storage-schema.js';
import type { StorageContents, StorageMetadata } from './storage-metadata.js';
import type { UseCounter } from './use-counter.js';

/** What a dataset consists of; there is one for all who use the dataset. */
export class DatasetContents implements StorageContents {
    readonly fields: FieldSampler;
    readonly schema: StorageSchema<SchemaCheck | undefined>;
    readonly #metadata: StorageMetadata<DatasetContents>;
    #openLog: ItemLog | undefined;
    #tellAppended: ((count: number) => void) | undefined;
    /** Whoever appends under the lease. */
    #lessee: UseCounter | undefined;

    constructor(metadata: StorageMetadata<DatasetContents>) {
        this.#metadata = metadata;
        this.fields = new FieldSampler(savedNames(metadata.savedContents['fields']));
        this.schema = new StorageSchema(metadata, readItemCheck);
    }

    describe(): Record<string, unknown> {
        return { fields: this.fields.names(), ...this.schema.describe() };
    }

    capture(): Record<string, unknown> {
        if (this.#openLog !== undefined) this.#absorb(this.#openLog);
        return this.describe();
    }

    canClose(): boolean {
        return this.#openLog?.isBusy !== true && this.#tellAppended === undefined;
    }

    close(): void {
        this.#openLog?.close();
    }

    /** The data is opened when it is first needed: most datasets of most runs are never touched. */
    get log(): ItemLog {
        const log = (this.#openLog ??= this.#metadata.context.backend.openItems(this.#metadata.id));
        this.#absorb(log);
        return log;
    }

    /** Lends a place for items, unless each has to be looked at; those that come under the lease are this user's. */
    lease(user: UseCounter | undefined, byteCount: number): ItemLease | undefined {
        if (this.schema.rules !== undefined) return undefined;
        // What has come in before is still that of the lessee before.
        const lease = this.log.lease(byteCount);
        this.#lessee = user;
        return lease;
    }

    /** Takes in what came under the lease up to now. */
    takeIn(): void {
        if (this.#openLog !== undefined) this.#absorb(this.#openLog);
    }

    /** Takes in what came under the lease, and ends it. */
    endLease(): void {
        if (this.#openLog === undefined) return;
        this.#absorb(this.#openLog);
        this.#openLog.endLease();
        this.#lessee = undefined;
    }

    /** Counts items that have been appended on the account of whoever did it; the sample shows which fields they have. */
    noteAppended(sample: readonly string[], count: number, user: UseCounter | undefined): void {
        for (const text of sample) this.fields.offer(text);
        this.#metadata.noteWrite('writeCount', count, user);
        this.#tellAppended?.(count);
    }

    /** Tells one listener of items that have been appended, by their number, until what is returned is called. */
    watch(listener: (count: number) => void): () => void {
        this.#tellAppended = listener;
        return () => {
            this.#tellAppended = undefined;
        };
    }

    #absorb(log: ItemLog): void {
        const { count, sample } = log.absorb();
        if (count === 0) return;
        this.noteAppended(sample, count, this.#lessee);
    }
}

function savedNames(value: unknown): string[] {
    return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
