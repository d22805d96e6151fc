import { checkOptions } from '../../util/check.js';
import { refusal } from '../access.js';
import { checkGiven } from '../arguments.js';
import { offsetList, PAGE_OPTION_KEYS } from '../paging.js';
import { KIND_LABELS } from '../../storage/storage-document.js';
import type { StorageCollectionClient, StoragesPage } from '../../model/client.js';
import type { StorageKind, StorageUpdate } from '../../model/storage.js';
import type { StorageRef } from '../storage-ref.js';
import type { StorageKinds } from '../../storage/storages.js';
import type { ClientContext, ClientServices, Viewer } from '../services.js';

type InfoOf<Kind extends StorageKind> = ReturnType<StorageKinds[Kind]['info']>;

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'unnamed', 'ownership'];

/**
 * All storages of one kind.
 *
 * @param present - Makes what the owner sees of a storage. Default: its info.
 */
export function storageCollectionClient<Kind extends StorageKind>(
    context: ClientContext,
    kind: Kind,
    present: (info: InfoOf<Kind>, services: ClientServices) => InfoOf<Kind> = (info) => info,
): StorageCollectionClient<InfoOf<Kind>> {
    return {
        list: (options = {}) => {
            checkOptions('options', options, LIST_KEYS);
            const { chunkSize: _, ...filter } = options;
            return offsetList<InfoOf<Kind>, StoragesPage<InfoOf<Kind>>>(options, (bounds) => {
                const { services } = context;
                const page = services.storages.of(kind).list({ ...filter, ...bounds }, userOf(services, kind));
                return { ...page, items: page.items.map((info) => present(info, services)) };
            });
        },
        getOrCreate: async (name, options) => {
            checkOptions('options', options, ['schema']);
            const { services } = context;
            const user = userOf(services, kind);
            const { storage } = services.storages.of(kind).getOrCreate(name, options?.schema, user);
            return present(storage.info() as InfoOf<Kind>, services);
        },
    };
}

/** What can be done to one storage, of whichever kind. */
export function storageMethods<Kind extends StorageKind>(
    context: ClientContext,
    ref: StorageRef<Kind>,
    present: (info: InfoOf<Kind>, services: ClientServices) => InfoOf<Kind> = (info) => info,
): {
    get(): Promise<InfoOf<Kind> | undefined>;
    update(fields: StorageUpdate): Promise<InfoOf<Kind>>;
    delete(): Promise<void>;
} {
    return {
        get: async () => {
            const storage = ref.find();
            return storage && present(storage.info() as InfoOf<Kind>, context.services);
        },
        update: async (fields) => {
            checkGiven('fields', fields);
            return present(ref.requireOwn().update(fields) as InfoOf<Kind>, context.services);
        },
        delete: () => ref.remove(),
    };
}

function userOf({ viewer }: ClientServices, kind: StorageKind): NonNullable<Viewer['user']> {
    if (viewer.user) return viewer.user;
    throw refusal(viewer, KIND_LABELS[kind]);
}
