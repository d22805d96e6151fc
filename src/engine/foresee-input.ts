import { decodeRecord } from '../client/values.js';
import { inputSteps, type Foresight } from '../protocol/foresight.js';
import type { Run } from '../model/run.js';
import type { Storages } from '../storage/storages.js';

/** A larger input had better travel when it is asked for. */
const MAX_BYTES = 65_536;

/** What an Actor will be told that asks for its input. It is not counted as a read: that is done when the Actor asks. */
export async function foreseeInput(
    storages: Storages,
    { defaultKeyValueStoreId: storeId }: Run,
    key: string,
): Promise<Foresight | undefined> {
    const record = await storages.keyValueStores.find(storeId)?.peek(key, MAX_BYTES);
    if (record === undefined) return undefined;
    const { contentType } = record;
    try {
        return { steps: inputSteps(storeId, key), output: { key, value: decodeRecord(record, {}), contentType } };
    } catch {
        // What is no JSON is for the Actor to hear of.
        return undefined;
    }
}
