import type { DownloadOptions, ItemsFormat, ItemsPage } from './storage.js';

/*
 * What the storages of the engine's own client can do beside what those of `apify-client` can: the API moves by it what is
 * too large to be held.
 */

/** Bytes: all of them where they are few, else pieces that are made as they are taken, to be gone through once. */
export type Content = Uint8Array | AsyncIterable<Uint8Array>;

/** Items as a file, with what a page says of them. */
export interface ItemsStream extends Omit<ItemsPage, 'items'> {
    /** Nothing more is read than is taken; what goes wrong on the way is thrown there. */
    content: Content;
}

/** A dataset whose items can be taken piece by piece. */
export interface ItemsStreamer {
    /** As `downloadItems`. */
    streamItems(format: ItemsFormat, options?: DownloadOptions): Promise<ItemsStream>;
}
