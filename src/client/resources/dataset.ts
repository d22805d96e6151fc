import { storageMethods } from './storage-collection.js';
import { joinPieces } from '../../storage/pieces.js';
import { ITEMS_OPTIONS } from '../../storage/shape-items.js';
import { checkOptions } from '../../util/check.js';
import { offsetList, PAGE_OPTION_KEYS } from '../paging.js';
import { publicUrl, withSignedUrls } from '../signed-urls.js';
import type { DatasetClient } from '../../model/client.js';
import type { Item, ItemsPage } from '../../model/storage.js';
import type { ItemsStreamer } from '../../model/streams.js';
import type { ClientContext } from '../services.js';
import type { StorageRef } from '../storage-ref.js';

const LIST_KEYS = [...new Set([...PAGE_OPTION_KEYS, ...ITEMS_OPTIONS])];

/** One dataset. */
export function datasetClient<T extends object = Item>(
    context: ClientContext,
    ref: StorageRef<'dataset'>,
): DatasetClient<T> & ItemsStreamer {
    const streamItems: ItemsStreamer['streamItems'] = async (format, options) =>
        ref.require().download(format, options);
    return {
        ...storageMethods(context, ref, withSignedUrls),
        streamItems,
        pushItems: async (items) => ref.requireOwn().push(items as Item | Item[] | string | string[]),
        listItems: (options = {}) => {
            checkOptions('options', options, LIST_KEYS);
            const { chunkSize: _, ...shape } = options;
            return offsetList<T, ItemsPage<T>>(options, async (bounds) => {
                const page = await ref.require().list({ ...shape, ...bounds });
                return page as ItemsPage<unknown> as ItemsPage<T>;
            });
        },
        downloadItems: async (format, options) => {
            const { content } = await streamItems(format, options);
            if (!(content instanceof Uint8Array)) return joinPieces(content);
            return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
        },
        getStatistics: async () => ref.find()?.statistics(),
        createItemsPublicUrl: async (options = {}) => {
            const info = ref.require().info();
            return publicUrl(
                { storage: info, url: info.itemsPublicUrl },
                { ...options },
                ITEMS_OPTIONS,
                context.services,
            );
        },
    };
}
