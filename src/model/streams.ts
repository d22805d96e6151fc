import type { DownloadOptions, ItemsFormat, ItemsPage, KeysOptions } from './api/storage.js';

/*
 * Streaming methods of the engine's own storage clients, which `apify-client` lacks. The HTTP API uses them to transfer data
 * that is too large to buffer.
 */

/** Content encodings of HTTP. */
export type ContentEncoding = 'br' | 'gzip' | 'deflate';

/** Bytes: a buffer if they are few, else chunks that are produced on demand and can be iterated once. */
export type Content = Uint8Array | AsyncIterable<Uint8Array>;

/** Items as a file, with the fields of their page. */
export interface ItemsStream extends Omit<ItemsPage, 'items'> {
    /** The file. It is read on demand, so that iterating it throws errors of the storage. */
    content: Content;
}

/** A dataset that can stream its items. */
export interface ItemsStreamer {
    /** Streaming form of `downloadItems`. */
    streamItems(format: ItemsFormat, options?: DownloadOptions): Promise<ItemsStream>;
}

/** Metadata of a record. */
export interface RecordHead {
    key: string;
    contentType: string;
    /** Encoding of the stored bytes, if they are compressed. */
    contentEncoding?: ContentEncoding | undefined;
}

/** A stored record that can be streamed. */
export interface RecordStream extends RecordHead {
    /** Size of the stored bytes. */
    size: number;
    /** The bytes as of the time of opening, unaffected by later writes. The caller must consume or close them. */
    content: Content;
}

/** A key-value store that can stream records, in the encoding in which they were sent. */
export interface RecordStreamer {
    /** Streaming form of `getRecord`. */
    streamRecord(key: string, options?: { signature?: string }): Promise<RecordStream | undefined>;
    /** Yields the records that the options select, by key. Leaves out records that are deleted in the meantime. */
    streamRecords(options: KeysOptions): AsyncIterable<RecordStream>;
    /** True if a record exists. */
    recordExists(key: string, options?: { signature?: string }): Promise<boolean>;
    /**
     * Streaming form of `setRecord`. Nothing changes before the last chunk has arrived; errors of the chunks are rethrown.
     *
     * @param open - Opens the content. Called after all other arguments were validated.
     */
    receiveRecord(
        head: { key: string; contentType?: string },
        open: () => Promise<{ content: Content; contentEncoding?: ContentEncoding | undefined }>,
    ): Promise<void>;
}
