import { checkOptions } from '../../util/check.js';
import { refusal } from '../access.js';
import { offsetList, PAGE_OPTION_KEYS } from '../paging.js';
import { collectionOf, type StorageKinds } from '../storage-ref.js';
import { KIND_LABELS } from '../../storage/storage-document.js';
import type { StorageCollectionClient, StorageListOptions, StoragesPage } from '../../model/client.js';
import type { PagedList } from '../../model/page.js';
import type { StorageKind } from '../../model/storage.js';
import type { ClientContext, ClientServices } from '../services.js';

type InfoOf<Kind extends StorageKind> = ReturnType<StorageKinds[Kind]['info']>;

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'unnamed', 'ownership'];

/** All storages of one kind. */
export class StorageCollectionResource<Kind extends StorageKind> implements StorageCollectionClient<InfoOf<Kind>> {
    readonly #context: ClientContext;
    readonly #kind: Kind;
    readonly #present: (info: InfoOf<Kind>, services: ClientServices) => InfoOf<Kind>;

    /** @param present - Makes what the owner sees of a storage. Default: its info. */
    constructor(
        context: ClientContext,
        kind: Kind,
        present: (info: InfoOf<Kind>, services: ClientServices) => InfoOf<Kind> = (info) => info,
    ) {
        this.#context = context;
        this.#kind = kind;
        this.#present = present;
    }

    list(options: StorageListOptions = {}): PagedList<InfoOf<Kind>, StoragesPage<InfoOf<Kind>>> {
        checkOptions('options', options, LIST_KEYS);
        const { chunkSize: _, ...filter } = options;
        return offsetList<InfoOf<Kind>, StoragesPage<InfoOf<Kind>>>(options, (bounds) => {
            const { services } = this.#context;
            const page = collectionOf(services, this.#kind).list({ ...filter, ...bounds }, this.#user(services));
            return { ...page, items: page.items.map((info) => this.#present(info, services)) };
        });
    }

    async getOrCreate(name?: string, options?: { schema?: Record<string, unknown> }): Promise<InfoOf<Kind>> {
        checkOptions('options', options, ['schema']);
        const { services } = this.#context;
        const collection = collectionOf(services, this.#kind);
        const { storage } = collection.getOrCreate(name, options?.schema, this.#user(services));
        return this.#present(storage.info() as InfoOf<Kind>, services);
    }

    #user({ viewer }: ClientServices): NonNullable<ClientServices['viewer']['user']> {
        if (viewer.user) return viewer.user;
        throw refusal(viewer, KIND_LABELS[this.#kind]);
    }
}
