import { checkOptions } from '../../util/check.js';
import { offsetList, PAGE_OPTION_KEYS } from '../paging.js';
import type { StorageCollectionClient, StorageListOptions, StoragesPage } from '../../model/client.js';
import type { PagedList, PageOptions } from '../../model/page.js';

/** What the client needs of the storages of one kind, in order to list and create them. */
export interface StoredCollection<Info> {
    getOrCreate(name?: string, schema?: Record<string, unknown>): { storage: { info(): Info } };
    list(options: PageOptions & { unnamed?: boolean; ownership?: string }): StoragesPage<Info>;
}

const LIST_KEYS = [...PAGE_OPTION_KEYS, 'unnamed', 'ownership'];

/** All storages of one kind. */
export class StorageCollectionResource<Info> implements StorageCollectionClient<Info> {
    readonly #collection: StoredCollection<Info>;
    readonly #present: (info: Info) => Info;

    /** @param present - Makes of a storage's own record what its owner sees. */
    constructor(collection: StoredCollection<Info>, present: (info: Info) => Info) {
        this.#collection = collection;
        this.#present = present;
    }

    list(options: StorageListOptions = {}): PagedList<Info, StoragesPage<Info>> {
        checkOptions('options', options, LIST_KEYS);
        const { chunkSize: _, ...filter } = options;
        return offsetList<Info, StoragesPage<Info>>(options, (bounds) => {
            const page = this.#collection.list({ ...filter, ...bounds });
            return { ...page, items: page.items.map(this.#present) };
        });
    }

    async getOrCreate(name?: string, options?: { schema?: Record<string, unknown> }): Promise<Info> {
        checkOptions('options', options, ['schema']);
        return this.#present(this.#collection.getOrCreate(name, options?.schema).storage.info());
    }
}
