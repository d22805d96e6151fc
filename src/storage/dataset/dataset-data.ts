import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import type { SchemaCheck } from '../../util/json/ajv.js';
import { parseJson } from '../../util/json/json.js';
import type { StorageSnapshot } from '../backend.js';
import type { ItemLog } from './item-log.js';
import { StoredData } from '../stored-data.js';
import type { UsageRecorder } from '../storage-metadata.js';

/** A dataset with its items. */
export class DatasetData extends StoredData<SchemaCheck | undefined> {
    #sampled: { count: number; fields: readonly string[] } = { count: 0, fields: [] };
    #openLog: ItemLog | undefined;
    #onAppend: ((count: number) => void) | undefined;
    /** Whoever appends under the lease. */
    #recordDirectUsage: UsageRecorder | undefined;

    override snapshot(): StorageSnapshot {
        this.ingest();
        return super.snapshot();
    }

    override get isBusy(): boolean {
        return this.#openLog?.isBusy === true || this.#onAppend !== undefined;
    }

    override closeData(): void {
        this.#openLog?.close();
        this.#openLog = undefined;
    }

    /** The top-level fields of a sample of the items, in the order of their first appearance. */
    get fields(): readonly string[] {
        const { log } = this;
        if (this.#sampled.count !== log.count) this.#sampled = { count: log.count, fields: sampleFields(log) };
        return this.#sampled.fields;
    }

    get log(): ItemLog {
        this.assertUsable();
        const log = (this.#openLog ??= this.context.backend.openItems(this.id));
        this.#ingest(log);
        return log;
    }

    /** Lends a place for items, unless each has to be looked at; those that come under the lease are this user's. */
    grantDirectWrites(user: UsageRecorder | undefined, byteCount: number): DirectWriteGrant | undefined {
        if (this.parsedSchema !== undefined) return undefined;
        // What has come in before is still that of the lessee before.
        const lease = this.log.grantDirectWrites(byteCount);
        this.#recordDirectUsage = user;
        return lease;
    }

    /** Takes in what came under the lease up to now. */
    ingest(): void {
        if (this.#openLog !== undefined) this.#ingest(this.#openLog);
    }

    /** Takes in what came under the lease, and ends it. */
    revokeDirectWrites(): void {
        this.ingest();
        this.#openLog?.revokeDirectWrites();
        this.#recordDirectUsage = undefined;
    }

    /** Counts appended items on the account of the user who appended them. */
    countAppended(count: number, user: UsageRecorder | undefined): void {
        this.countWrite('writeCount', count, user);
        this.#onAppend?.(count);
    }

    /** Tells one listener of items that have been appended, by their number, until what is returned is called. */
    onAppend(listener: (count: number) => void): () => void {
        this.#onAppend = listener;
        return () => {
            this.#onAppend = undefined;
        };
    }

    #ingest(log: ItemLog): void {
        const count = log.ingest();
        if (count > 0) this.countAppended(count, this.#recordDirectUsage);
    }
}

/** Returns no fields if the items cannot be read; reading the items reports why. */
function sampleFields(log: ItemLog): string[] {
    try {
        return [...new Set(log.sample().flatMap((text) => Object.keys(parseJson(text) ?? {})))];
    } catch {
        return [];
    }
}
