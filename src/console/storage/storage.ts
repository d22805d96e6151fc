import type { DatasetInfo, KeyValueStoreInfo, RequestQueueInfo } from '../api/json.js';
import type { DraftField } from '../ui/forms.js';

/** Any storage, as lists have it. */
export type AnyStorage = DatasetInfo | KeyValueStoreInfo | RequestQueueInfo;

export interface StorageKind {
    /** In addresses of the console and of the API. */
    readonly path: 'datasets' | 'key-value-stores' | 'request-queues';
    readonly name: string;
    readonly names: string;
    /** How an Actor opens one. */
    readonly command: string;
}

export const KINDS: readonly [StorageKind, ...StorageKind[]] = [
    { path: 'datasets', name: 'Dataset', names: 'Datasets', command: "await Actor.openDataset('my-dataset')" },
    {
        path: 'key-value-stores',
        name: 'Key-value store',
        names: 'Key-value stores',
        command: "await Actor.openKeyValueStore('my-store')",
    },
    {
        path: 'request-queues',
        name: 'Request queue',
        names: 'Request queues',
        command: "await Actor.openRequestQueue('my-queue')",
    },
];

/** Returns the kind that a part of an address names; the first one for any other. */
export function kindOf(path: string | undefined): StorageKind {
    return KINDS.find((kind) => kind.path === path) ?? KINDS[0];
}

/** As the platform has them. */
const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** Returns the field for the name of a storage. */
export function nameField(isOptional: boolean): DraftField<{ name: string }> {
    return {
        name: 'name',
        label: isOptional ? 'Name (optional)' : 'Name',
        check(name) {
            if (NAME.test(name) || (isOptional && name === '')) return undefined;
            return 'A name has 1 to 63 letters, digits and dashes, and begins and ends with a letter or digit.';
        },
    };
}
