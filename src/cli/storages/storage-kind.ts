/** The words for one kind of storage, on the command line and in the API. */
export interface StorageKindWords {
    /** First word of its commands: `dataset`. */
    readonly command: string;
    /** As the platform's own command line has it: `datasets`. */
    readonly platformCommand: string;
    readonly noun: readonly [one: string, many: string];
    /** In the API: `datasets`. */
    readonly path: string;
    /** Where a run has the id of its default one. */
    readonly runField: 'defaultDatasetId' | 'defaultKeyValueStoreId' | 'defaultRequestQueueId';
}

export const DATASET_KIND: StorageKindWords = {
    command: 'dataset',
    platformCommand: 'datasets',
    noun: ['dataset', 'datasets'],
    path: 'datasets',
    runField: 'defaultDatasetId',
};

export const KEY_VALUE_STORE_KIND: StorageKindWords = {
    command: 'kv',
    platformCommand: 'key-value-stores',
    noun: ['key-value store', 'key-value stores'],
    path: 'key-value-stores',
    runField: 'defaultKeyValueStoreId',
};

export const REQUEST_QUEUE_KIND: StorageKindWords = {
    command: 'queue',
    platformCommand: 'request-queues',
    noun: ['request queue', 'request queues'],
    path: 'request-queues',
    runField: 'defaultRequestQueueId',
};

/** All three. */
export const STORAGE_KINDS: readonly StorageKindWords[] = [DATASET_KIND, KEY_VALUE_STORE_KIND, REQUEST_QUEUE_KIND];

/** How arguments that name a storage are described. */
export function storageSummary({ noun }: StorageKindWords): string {
    return `The id or name of a ${noun[0]}; or a run, \`last\` or an Actor, for the default one of that run.`;
}
