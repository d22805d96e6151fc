import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import type { SchemaCheck } from '../../util/json/ajv.js';
import { parseJson } from '../../util/json/json.js';
import type { StorageSnapshot } from '../backend.js';
import type { ItemLog } from './item-log.js';
import { StoredData } from '../stored-data.js';
import type { UsageRecorder } from '../storage-metadata.js';

/** The loaded data of a dataset: its item log, and the fields derived from it. */
export class DatasetData extends StoredData<SchemaCheck | undefined> {
    #sampled: { count: number; fields: readonly string[] } = { count: 0, fields: [] };
    #openLog: ItemLog | undefined;
    #onAppend: ((count: number) => void) | undefined;
    /** Receives the usage of the current direct writer. */
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

    /** Top-level fields of a sample of the items, in order of first appearance. */
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

    /** See {@link Dataset.grantDirectWrites}. Direct writes count as the usage of the handle that requested the grant. */
    grantDirectWrites(recordUsage: UsageRecorder | undefined, byteCount: number): DirectWriteGrant | undefined {
        // With a schema, the host must validate each item.
        if (this.parsedSchema !== undefined) return undefined;
        // Reading `log` ingests the items of the previous writer, which count as its usage.
        const grant = this.log.grantDirectWrites(byteCount);
        this.#recordDirectUsage = recordUsage;
        return grant;
    }

    /** Ingests the items that have been written directly so far. */
    ingest(): void {
        if (this.#openLog !== undefined) this.#ingest(this.#openLog);
    }

    /** Ingests the last direct writes and ends the grant. */
    revokeDirectWrites(): void {
        this.ingest();
        this.#openLog?.revokeDirectWrites();
        this.#recordDirectUsage = undefined;
    }

    /** Counts appended items as the usage of the handle that appended them. */
    countAppended(count: number, recordUsage: UsageRecorder | undefined): void {
        this.countWrite('writeCount', count, recordUsage);
        this.#onAppend?.(count);
    }

    /** See {@link Dataset.onAppend}. */
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
