import { joinPieces } from '../../storage/pieces.js';
import { ITEMS_OPTIONS } from '../../storage/shape-items.js';
import { checkOptions } from '../../util/check.js';
import { checkGiven } from '../arguments.js';
import { offsetList, PAGE_OPTION_KEYS } from '../paging.js';
import { publicUrl, withSignedItems } from '../signed-urls.js';
import type { ChunkOptions, DatasetClient } from '../../model/client.js';
import type { PagedList } from '../../model/page.js';
import type {
    DatasetInfo,
    DatasetStatistics,
    DownloadOptions,
    Item,
    ItemsFormat,
    ItemsOptions,
    ItemsPage,
    StorageUpdate,
} from '../../model/storage.js';
import type { ItemsStream, ItemsStreamer } from '../../model/streams.js';
import type { ClientContext } from '../services.js';
import type { StorageRef } from '../storage-ref.js';

const LIST_KEYS = [...new Set([...PAGE_OPTION_KEYS, ...ITEMS_OPTIONS])];

/** One dataset. */
export class DatasetResource<T extends object = Item> implements DatasetClient<T>, ItemsStreamer {
    readonly #context: ClientContext;
    readonly #ref: StorageRef<'dataset'>;

    constructor(context: ClientContext, ref: StorageRef<'dataset'>) {
        this.#context = context;
        this.#ref = ref;
    }

    async get(): Promise<DatasetInfo | undefined> {
        const info = this.#ref.find()?.info();
        return info && withSignedItems(info, this.#context.services);
    }

    async update(fields: StorageUpdate): Promise<DatasetInfo> {
        checkGiven('fields', fields);
        return withSignedItems(this.#ref.requireOwn().update(fields), this.#context.services);
    }

    async delete(): Promise<void> {
        await this.#ref.remove();
    }

    async pushItems(items: T | T[] | string | string[]): Promise<void> {
        this.#ref.requireOwn().push(items as Item | Item[] | string | string[]);
    }

    listItems(options: ItemsOptions & ChunkOptions = {}): PagedList<T, ItemsPage<T>> {
        checkOptions('options', options, LIST_KEYS);
        const { chunkSize: _, ...shape } = options;
        return offsetList<T, ItemsPage<T>>(options, async (bounds) => {
            const page = await this.#ref.require().list({ ...shape, ...bounds });
            return page as ItemsPage<unknown> as ItemsPage<T>;
        });
    }

    async downloadItems(format: ItemsFormat, options?: DownloadOptions): Promise<Buffer> {
        const { content } = await this.streamItems(format, options);
        if (!(content instanceof Uint8Array)) return joinPieces(content);
        return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    }

    async streamItems(format: ItemsFormat, options?: DownloadOptions): Promise<ItemsStream> {
        return this.#ref.require().download(format, options);
    }

    async getStatistics(): Promise<DatasetStatistics | undefined> {
        return this.#ref.find()?.statistics();
    }

    async createItemsPublicUrl(options: ItemsOptions & { expiresInSecs?: number } = {}): Promise<string> {
        const info = this.#ref.require().info();
        return publicUrl(
            { storage: info, url: info.itemsPublicUrl },
            { ...options },
            ITEMS_OPTIONS,
            this.#context.services,
        );
    }
}
