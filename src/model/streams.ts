import type { DownloadOptions, ItemsFormat, ItemsPage } from './api/storage.js';

/*
 * What the storages of the engine's own client can do beside what those of `apify-client` can: the API moves by it what is
 * too large to be held.
 */

/** How bytes can be compressed, by the words of HTTP. */
export type ContentEncoding = 'br' | 'gzip' | 'deflate';

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

/** What is known of a record beside its bytes. */
export interface RecordHead {
    key: string;
    contentType: string;
    /** How its bytes are compressed, if they are. */
    contentEncoding?: ContentEncoding | undefined;
}

/** A record as it is stored. */
export interface RecordStream extends RecordHead {
    /** Of the bytes as they are stored. */
    size: number;
    /** Those that the record had when it was opened, whatever happens to it. To be taken, or to be given up. */
    content: Content;
}

/** A key-value store whose records can be moved piece by piece, and as they were sent. */
export interface RecordStreamer {
    /** As `getRecord`. */
    streamRecord(key: string): Promise<RecordStream | undefined>;
    /**
     * As `setRecord`. Nothing is changed before the last piece has come; whatever is thrown by the pieces is thrown here.
     *
     * @param open - Called once all else has been found to be right.
     */
    receiveRecord(
        head: { key: string; contentType?: string },
        open: () => Promise<{ content: Content; contentEncoding?: ContentEncoding | undefined }>,
    ): Promise<void>;
}
