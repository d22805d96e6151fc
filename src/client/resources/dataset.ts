import { StorageResource } from './storage-collection.js';
import { joinChunks } from '../../storage/chunks.js';
import { ITEMS_OPTIONS } from '../../storage/dataset/project-items.js';
import { checkOptions } from '../../util/check.js';
import { offsetList, PAGE_OPTION_KEYS } from '../paging.js';
import { createPublicUrl, readSignature, withSignedUrls } from '../signed-urls.js';
import type { DatasetClient } from '../../model/client/storage.js';
import type { ChunkOptions, PagedList } from '../../model/api/page.js';
import type {
    DatasetStatistics,
    DownloadOptions,
    Item,
    ItemsFormat,
    ItemsOptions,
    ItemsPage,
} from '../../model/api/storage.js';
import type { ItemsStream, ItemsStreamer } from '../../model/streams.js';
import type { ClientContext } from '../services.js';
import type { StorageRef } from '../storage-ref.js';

/** Options of a list of items. */
export const LIST_KEYS: readonly string[] = [...new Set([...PAGE_OPTION_KEYS, ...ITEMS_OPTIONS])];

/** Client of one dataset. */
export class DatasetResource<T extends object = Item>
    extends StorageResource<'dataset'>
    implements DatasetClient<T>, ItemsStreamer
{
    constructor(context: ClientContext, ref: StorageRef<'dataset'>) {
        super(context, ref, withSignedUrls);
    }

    async pushItems(items: T | T[] | string | string[]): Promise<void> {
        this.ref.requireWritable().push(items as Item | Item[] | string | string[]);
    }

    listItems(options: ItemsOptions & ChunkOptions = {}): PagedList<T, ItemsPage<T>> {
        checkOptions('options', options, LIST_KEYS);
        const { chunkSize: _, ...projection } = options;
        return offsetList<T, ItemsPage<T>>(options, async (bounds) => {
            const page = await this.ref.require(readSignature(options)).list({ ...projection, ...bounds });
            return page as ItemsPage<unknown> as ItemsPage<T>;
        });
    }

    async streamItems(format: ItemsFormat, options?: DownloadOptions): Promise<ItemsStream> {
        return this.ref.require(readSignature(options)).download(format, options);
    }

    async downloadItems(format: ItemsFormat, options?: DownloadOptions): Promise<Buffer> {
        const { content } = await this.streamItems(format, options);
        if (!(content instanceof Uint8Array)) return joinChunks(content);
        return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    }

    async getStatistics(): Promise<DatasetStatistics | undefined> {
        return this.ref.find()?.statistics();
    }

    async createItemsPublicUrl(options: ItemsOptions & { expiresInSecs?: number } = {}): Promise<string> {
        const info = this.ref.require().info();
        const target = { storage: info, url: info.itemsPublicUrl };
        return createPublicUrl(target, { ...options }, ITEMS_OPTIONS, this.context.services);
    }
}
