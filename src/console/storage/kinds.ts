/** The kinds of storage, as the console and the API name them. */
export interface StorageKindWords {
    /** In addresses of the console and of the API. */
    readonly path: 'datasets' | 'key-value-stores' | 'request-queues';
    readonly name: string;
    readonly names: string;
}

export const KINDS: readonly [StorageKindWords, ...StorageKindWords[]] = [
    { path: 'datasets', name: 'Dataset', names: 'Datasets' },
    { path: 'key-value-stores', name: 'Key-value store', names: 'Key-value stores' },
    { path: 'request-queues', name: 'Request queue', names: 'Request queues' },
];

/** The kind that a part of an address names; the first one for any other. */
export function kindOf(path: string | undefined): StorageKindWords {
    return KINDS.find((kind) => kind.path === path) ?? KINDS[0];
}
