import { formatBytes, formatCount } from '../output/units.js';

/** A storage of any kind, as the API sends it. */
export interface StorageRecord {
    readonly id: string;
    readonly name?: string;
    readonly title?: string;
    readonly createdAt: string;
    readonly modifiedAt: string;
    readonly accessedAt: string;
    readonly actId?: string;
    readonly actRunId?: string;
    readonly stats: { readonly storageBytes: number; readonly readCount: number; readonly writeCount: number };
    /** Of datasets. */
    readonly itemCount?: number;
    readonly fields?: readonly string[];
    /** Of request queues. */
    readonly totalRequestCount?: number;
    readonly handledRequestCount?: number;
    readonly pendingRequestCount?: number;
}

/** The terms for one kind of storage, on the command line and in the API. */
export interface StorageKindTerms {
    /** The group of its commands: `dataset`. */
    readonly command: 'dataset' | 'kv' | 'queue';
    readonly noun: readonly [one: string, many: string];
    /** In the API: `datasets`. */
    readonly path: string;
    /** The field of a run with the id of its default one. */
    readonly runField: 'defaultDatasetId' | 'defaultKeyValueStoreId' | 'defaultRequestQueueId';
}

const define = (
    command: StorageKindTerms['command'],
    noun: string,
    runField: StorageKindTerms['runField'],
): StorageKindTerms => ({ command, noun: [noun, `${noun}s`], path: `${noun.replaceAll(' ', '-')}s`, runField });

export const DATASET = define('dataset', 'dataset', 'defaultDatasetId');
export const KEY_VALUE_STORE = define('kv', 'key-value store', 'defaultKeyValueStoreId');
export const REQUEST_QUEUE = define('queue', 'request queue', 'defaultRequestQueueId');

/** All kinds of storages. */
export const STORAGE_KINDS: readonly StorageKindTerms[] = [DATASET, KEY_VALUE_STORE, REQUEST_QUEUE];

/** Describes a storage in questions and messages: `the dataset products (12 items, 1.5 kB)`. */
export function describeStorage({ noun }: StorageKindTerms, storage: StorageRecord): string {
    const { id, name, itemCount, totalRequestCount, stats } = storage;
    const contents = [
        ...(itemCount === undefined ? [] : [formatCount(itemCount, 'item')]),
        ...(totalRequestCount === undefined ? [] : [formatCount(totalRequestCount, 'request')]),
        formatBytes(stats.storageBytes),
    ];
    return `the ${noun[0]} ${name ?? id} (${contents.join(', ')})`;
}
