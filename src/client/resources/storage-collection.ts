import { checkOptions } from '../../util/check.js';
import { accessError } from '../access.js';
import { checkRequired } from '../arguments.js';
import { offsetList, PAGE_OPTION_KEYS } from '../paging.js';
import { KIND_LABELS } from '../../storage/storage-metadata.js';
import type { StorageCollectionClient, StoragesPage } from '../../model/client/storage.js';
import type { StorageInfo, StorageKind, StorageUpdate } from '../../model/api/storage.js';
import type { CheckName } from '../../storage/names.js';
import type { StorageRef } from '../storage-ref.js';
import type { StorageKinds } from '../../storage/storages.js';
import type { ClientContext, ClientServices, Principal } from '../services.js';

type InfoOf<Kind extends StorageKind> = ReturnType<StorageKinds[Kind]['info']>;
type Present<Kind extends StorageKind> = (info: InfoOf<Kind>, services: ClientServices) => InfoOf<Kind>;

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'unnamed', 'ownership'];

/**
 * Creates the client of all storages of one kind.
 *
 * @param present - Converts the info of a storage for its owner. Default: unchanged.
 * @param checkName - Validates the name of a new storage. Default: by the rule of the platform.
 */
export function createStorageCollectionClient<Kind extends StorageKind>(
    context: ClientContext,
    kind: Kind,
    present: Present<Kind> = (info) => info,
    checkName?: CheckName,
): StorageCollectionClient<InfoOf<Kind>> {
    return {
        list: (options = {}) => {
            checkOptions('options', options, LIST_KEYS);
            const { chunkSize: _, ...filter } = options;
            return offsetList<InfoOf<Kind>, StoragesPage<InfoOf<Kind>>>(options, (bounds) => {
                const { services } = context;
                const page = services.storages.of(kind).list({ ...filter, ...bounds }, requireUser(services, kind));
                return { ...page, items: page.items.map((info) => withoutSigningKey(present(info, services))) };
            });
        },
        getOrCreate: async (name, options) => {
            checkOptions('options', options, ['schema']);
            const { services } = context;
            const user = requireUser(services, kind);
            const { storage } = services.storages.of(kind).getOrCreate(name, options?.schema, user, checkName);
            return present(storage.info() as InfoOf<Kind>, services);
        },
    };
}

/** Client of one storage. A class, because each call of an Actor creates one, and closures would take longer than the call. */
export class StorageResource<Kind extends StorageKind> {
    protected readonly context: ClientContext;
    protected readonly ref: StorageRef<Kind>;
    readonly #present: Present<Kind>;

    /** @param present - Converts the info of the storage for its owner. Default: unchanged. */
    constructor(context: ClientContext, ref: StorageRef<Kind>, present: Present<Kind> = (info) => info) {
        this.context = context;
        this.ref = ref;
        this.#present = present;
    }

    async get(): Promise<InfoOf<Kind> | undefined> {
        const storage = this.ref.find();
        return storage && this.#present(storage.info() as InfoOf<Kind>, this.context.services);
    }

    async update(fields: StorageUpdate): Promise<InfoOf<Kind>> {
        checkRequired('fields', fields);
        return this.#present(this.ref.requireWritable().update(fields) as InfoOf<Kind>, this.context.services);
    }

    delete(): Promise<void> {
        return this.ref.remove();
    }
}

/** Removes the key that signs URLs, which a list, unlike the record of one storage, does not have. */
function withoutSigningKey<Info extends StorageInfo>(info: Info): Info {
    const { urlSigningSecretKey: _, ...listed } = info as Info & { urlSigningSecretKey?: string };
    return listed as StorageInfo as Info;
}

function requireUser({ principal }: ClientServices, kind: StorageKind): NonNullable<Principal['user']> {
    if (principal.user) return principal.user;
    throw accessError(principal, KIND_LABELS[kind]);
}
