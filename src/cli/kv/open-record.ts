import { ifFound } from '../api/if-found.js';
import { notThere } from '../find/not-there.js';
import { pathOf } from '../find/path-of.js';
import type { KeysPage } from '../../model/storage.js';
import type { Api } from '../api/api.js';

/** One record: the id of its store, and its key. */
export interface RecordPlace {
    readonly storeId: string;
    readonly key: string;
}

/** The path of a record in the API. */
export function recordPath({ storeId, key }: RecordPlace): string {
    return pathOf('key-value-stores', storeId, 'records', key);
}

/**
 * The answer that has a record, or with `HEAD` tells that it is there.
 *
 * @throws EngineError `record-not-found`, with keys that there are.
 */
export async function openRecord(api: Api, method: 'GET' | 'HEAD', place: RecordPlace): Promise<Response> {
    const response = await ifFound(api.request(method, recordPath(place)));
    if (response !== undefined) return response;
    const { storeId, key } = place;
    const { items } = await api.get<KeysPage>(pathOf('key-value-stores', storeId, 'keys'));
    const there = items.map(({ key: id }) => ({ id }));
    throw notThere('record', key, there, `kv keys ${storeId}`);
}
