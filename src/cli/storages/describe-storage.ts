import { formatBytes, formatCount } from '../terminal/units.js';
import type { StorageRecord } from '../find/find-storage.js';
import type { StorageKindWords } from './storage-kind.js';

/** A storage in a few words, for questions and messages: `the dataset products (12 items, 1.5 kB)`. */
export function describeStorage({ noun }: StorageKindWords, storage: StorageRecord): string {
    const { id, name, itemCount, totalRequestCount, stats } = storage;
    const contents = [
        ...(itemCount === undefined ? [] : [formatCount(itemCount, 'item')]),
        ...(totalRequestCount === undefined ? [] : [formatCount(totalRequestCount, 'request')]),
        formatBytes(stats.storageBytes),
    ];
    return `the ${noun[0]} ${name ?? id} (${contents.join(', ')})`;
}
