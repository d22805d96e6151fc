import type { Readable } from 'node:stream';
import type { Page } from './page.js';
import type { GeneralAccess } from './run.js';

/** The three kinds of storage. */
export type StorageKind = 'dataset' | 'keyValueStore' | 'requestQueue';

/** Fields that all three kinds of storage share. */
export interface StorageInfo {
    id: string;
    name?: string;
    title?: string;
    userId: string;
    username?: string;
    createdAt: Date;
    modifiedAt: Date;
    accessedAt: Date;
    actId?: string;
    actRunId?: string;
    generalAccess: GeneralAccess;
    /** Where a person looks at it, under the engine's base URL. */
    consoleUrl: string;
}

/** A dataset, in the shape of the API's Dataset object. */
export interface DatasetInfo extends StorageInfo {
    itemCount: number;
    cleanItemCount: number;
    fields: string[];
    stats: { readCount: number; writeCount: number; storageBytes: number };
    /** What the items are like, and views of them; absent where nobody has said. */
    schema?: Record<string, unknown>;
    /** Where anybody can read the items for two weeks: it is signed. */
    itemsPublicUrl: string;
    /** Signs URLs of the items. */
    urlSigningSecretKey?: string;
}

/** What is known of each top-level field of a dataset's items. */
export interface DatasetStatistics {
    fieldStatistics: Record<string, FieldStatistics>;
}

/** Counts of one field; the smallest and largest value only where there are numbers. */
export interface FieldStatistics {
    min?: number;
    max?: number;
    nullCount: number;
    /** Empty texts, arrays and objects. */
    emptyCount: number;
}

/** A key-value store, in the shape of the API's KeyValueStore object. */
export interface KeyValueStoreInfo extends StorageInfo {
    stats: { readCount: number; writeCount: number; deleteCount: number; listCount: number; storageBytes: number };
    /** Collections of keys, and what their records are like; absent where nobody has said. */
    schema?: Record<string, unknown>;
    /** Where anybody can list the keys for two weeks: it is signed. */
    keysPublicUrl: string;
    /** Likewise for all records, in one archive. */
    recordsPublicUrl: string;
    /** Signs URLs of the keys and of records. */
    urlSigningSecretKey?: string;
}

/** A request queue, in the shape of the API's RequestQueue object. */
export interface RequestQueueInfo extends StorageInfo {
    totalRequestCount: number;
    handledRequestCount: number;
    pendingRequestCount: number;
    hadMultipleClients: boolean;
    stats: {
        readCount: number;
        writeCount: number;
        deleteCount: number;
        headItemReadCount: number;
        storageBytes: number;
    };
}

/** What an owner can change of a storage. A name of `null` takes the name away. */
export interface StorageUpdate {
    name?: string | null;
    title?: string;
    generalAccess?: GeneralAccess | null;
    /** Of datasets and key-value stores; null takes it away. What is stored already stays as it is. */
    schema?: Record<string, unknown> | null;
}

/** One item of a dataset. */
export type Item = Record<string, unknown>;

/**
 * Which items to read and how to shape them. Paging counts stored items, before `unwind`; the steps apply in the order
 * unwind, hidden, fields, omit, flatten, empty. Source: API v2, "Get dataset items".
 */
export interface ItemsOptions {
    offset?: number;
    /** Default: all. */
    limit?: number;
    desc?: boolean;
    /** Same as `skipHidden` and `skipEmpty`. */
    clean?: boolean;
    /** Only these fields, in this order. */
    fields?: string[];
    /** New names for `fields`, one for each. */
    outputFields?: string[];
    omit?: string[];
    unwind?: string | string[];
    flatten?: string[];
    skipEmpty?: boolean;
    skipHidden?: boolean;
    /** Without the items that have an `errorInfo`, as a crawler of old had them. */
    skipFailedPages?: boolean;
    /** Only `url`, `pageFunctionResult` (unwound) and `errorInfo`, as a crawler of old had them. */
    simplified?: boolean;
    /** Name of a view in the dataset's schema. */
    view?: string;
    /** Accepted for the sake of `apify-client`; in process no signature is needed. */
    signature?: string;
}

/** How to write items as a file, besides what {@link ItemsOptions} choose. */
export interface DownloadOptions extends ItemsOptions {
    attachment?: boolean;
    /** Byte order mark. Default: only for csv. */
    bom?: boolean;
    /** Separator of csv. Default: `,`. */
    delimiter?: string;
    skipHeaderRow?: boolean;
    /** Default: `items`. */
    xmlRoot?: string;
    /** Default: `item`. */
    xmlRow?: string;
    /** Title of a feed. Default: `Dataset <name or id>`. */
    feedTitle?: string;
    /** Description of a feed. Default: `Items in dataset with id "<id>".` */
    feedDescription?: string;
}

/** The file formats a dataset can be written in. */
export type ItemsFormat = 'json' | 'jsonl' | 'csv' | 'xlsx' | 'xml' | 'rss' | 'html';

/** One page of a dataset's items. */
export type ItemsPage<T = Item> = Page<T>;

/** A value that JSON can carry. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A record as it is handed out: parsed JSON or text, bytes, or a stream, as asked for. */
export interface RecordValue<T = unknown> {
    key: string;
    value: T;
    contentType?: string;
}

/** A record as it is handed in: JSON value, text, bytes or a stream. */
export interface RecordInput {
    key: string;
    value: unknown | string | Uint8Array | Readable;
    contentType?: string;
}

/** How to hand a record out. */
export interface RecordOptions {
    /** As a Buffer, whatever the type. */
    buffer?: boolean;
    /** As a Readable, whatever the type. */
    stream?: boolean;
    signature?: string;
}

/** Which keys to list. */
export interface KeysOptions {
    /** 1 to 1000. Default: 1000. */
    limit?: number;
    /** Only keys after this one, in binary order. */
    exclusiveStartKey?: string;
    prefix?: string;
    /** Only keys of this collection of the store's schema. */
    collection?: string;
    signature?: string;
}

/** One key of a key-value store. */
export interface KeyItem {
    key: string;
    /** Bytes. */
    size: number;
    /** Where anybody can read the record: it is signed. */
    recordPublicUrl: string;
}

/** A page of keys; `nextExclusiveStartKey` is null on the last one. */
export interface KeysPage {
    count: number;
    limit: number;
    exclusiveStartKey: string | null;
    isTruncated: boolean;
    nextExclusiveStartKey: string | null;
    items: KeyItem[];
}

/** Methods a request can have. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'TRACE' | 'OPTIONS' | 'CONNECT' | 'PATCH';

/** A request as a queue stores it. */
export interface QueueRequest {
    id: string;
    uniqueKey: string;
    url: string;
    method?: HttpMethod;
    payload?: string;
    retryCount?: number;
    errorMessages?: string[];
    headers?: Record<string, string>;
    userData?: Record<string, unknown>;
    /** ISO time; set means handled. */
    handledAt?: string | null;
    noRetry?: boolean;
    loadedUrl?: string;
}

/** A request that is to be added; its id is made from `uniqueKey`. */
export type NewQueueRequest = Omit<QueueRequest, 'id' | 'uniqueKey'> & { id?: string; uniqueKey?: string };

/** Where an added or returned request goes. */
export interface QueueOperationOptions {
    /** To the front of the queue. Default: false. */
    forefront?: boolean;
}

/** What became of one added or updated request. */
export interface QueueOperation {
    requestId: string;
    wasAlreadyPresent: boolean;
    wasAlreadyHandled: boolean;
}

/** What became of a batch. */
export interface QueueBatchResult {
    processedRequests: (QueueOperation & { uniqueKey: string })[];
    unprocessedRequests: { uniqueKey: string; url: string; method?: HttpMethod }[];
}

/** What the head of a queue shows of a request. */
export interface QueueHeadItem {
    id: string;
    uniqueKey: string;
    url: string;
    method: HttpMethod;
    retryCount: number;
    lockExpiresAt?: Date;
}

/** The head of a queue. */
export interface QueueHead {
    limit: number;
    queueModifiedAt: Date;
    hadMultipleClients: boolean;
    items: QueueHeadItem[];
}

/** The head of a queue, locked for one client. */
export interface LockedQueueHead extends QueueHead {
    lockSecs: number;
    queueHasLockedRequests: boolean;
    clientKey: string;
}

/** Which requests to list. */
export interface QueueListOptions {
    /** At most 10000. Default: 10000. */
    limit?: number;
    exclusiveStartId?: string;
    cursor?: string;
    filter?: readonly ('locked' | 'pending')[];
}

/** A page of requests. */
export interface QueueListPage {
    limit: number;
    exclusiveStartId?: string;
    cursor?: string;
    nextCursor?: string;
    items: QueueRequest[];
}
