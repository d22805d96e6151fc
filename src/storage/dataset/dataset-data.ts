import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import type { SchemaCheck } from '../../util/json/ajv.js';
import { parseJson } from '../../util/json/json.js';
import type { StoredStorage } from '../backend.js';
import type { ItemLog } from './item-log.js';
import { StoredData } from '../storage-contents.js';
import type { UsageRecorder } from '../storage-document.js';

/** A dataset with its items. */
export class DatasetData extends StoredData<SchemaCheck | undefined> {
    #sampled: { count: number; fields: readonly string[] } = { count: 0, fields: [] };
    #openLog: ItemLog | undefined;
    #tellAppended: ((count: number) => void) | undefined;
    /** Whoever appends under the lease. */
    #lessee: UsageRecorder | undefined;

    override dump(): StoredStorage {
        this.takeIn();
        return super.dump();
    }

    override get isBusy(): boolean {
        return this.#openLog?.isBusy === true || this.#tellAppended !== undefined;
    }

    override closeData(): void {
        this.#openLog?.close();
        this.#openLog = undefined;
    }

    /** The top-level fields of a sample of the items, in the order of their first appearance. */
    get fields(): readonly string[] {
        const { log } = this;
        if (this.#sampled.count !== log.count) this.#sampled = { count: log.count, fields: fieldsOf(log) };
        return this.#sampled.fields;
    }

    get log(): ItemLog {
        this.assertUsable();
        const log = (this.#openLog ??= this.context.backend.openItems(this.id));
        this.#absorb(log);
        return log;
    }

    /** Lends a place for items, unless each has to be looked at; those that come under the lease are this user's. */
    lease(user: UsageRecorder | undefined, byteCount: number): DirectWriteGrant | undefined {
        if (this.rules !== undefined) return undefined;
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
        this.takeIn();
        this.#openLog?.endLease();
        this.#lessee = undefined;
    }

    /** Counts appended items on the account of the user who appended them. */
    noteAppended(count: number, user: UsageRecorder | undefined): void {
        this.noteWrite('writeCount', count, user);
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
        const count = log.absorb();
        if (count > 0) this.noteAppended(count, this.#lessee);
    }
}

/** Returns no fields if the items cannot be read; reading the items reports why. */
function fieldsOf(log: ItemLog): string[] {
    try {
        return [...new Set(log.sample().flatMap((text) => Object.keys(parseJson(text) ?? {})))];
    } catch {
        return [];
    }
}
