import type { Readable } from 'node:stream';
import type { Page } from './page.js';
import type { GeneralAccess } from './access.js';

/** Kinds of storage. */
export type StorageKind = 'dataset' | 'keyValueStore' | 'requestQueue';

/** Fields that all kinds of storage have in common. */
export interface StorageInfo {
    /** Id of the storage. */
    id: string;
    /** Unique name among the user's storages of this kind. Declared as in `apify-client`, but null for unnamed storages. */
    name?: string;
    /** Display name. */
    title?: string;
    /** Id of the user who owns the storage. */
    userId: string;
    /** Username of the user who owns the storage. */
    username?: string;
    /** Time of creation. */
    createdAt: Date;
    /** Time of the last change. */
    modifiedAt: Date;
    /** Time of the last read or change. */
    accessedAt: Date;
    /** Id of the Actor whose run created the storage. */
    actId?: string;
    /** Id of the run that created the storage. */
    actRunId?: string;
    /** Access of users other than the owner. */
    generalAccess: GeneralAccess;
    /** URL of the storage's page in the console. */
    consoleUrl: string;
}

/** A dataset. Source: the API's Dataset object. */
export interface DatasetInfo extends StorageInfo {
    /** Number of items. */
    itemCount: number;
    /** Equals `itemCount`: empty items are not counted separately. */
    cleanItemCount: number;
    /** Names of the top-level fields of a sample of the items. */
    fields: string[];
    /** Counts of operations on items, and the size in bytes. */
    stats: { readCount: number; writeCount: number; storageBytes: number };
    /** Schema of the items, with views; absent without one. */
    schema?: Record<string, unknown>;
    /** Signed URL of the items, valid for two weeks without a token. */
    itemsPublicUrl: string;
    /** Secret key that signs URLs of the items; only for the owner. */
    urlSigningSecretKey?: string;
}

/** Statistics of a dataset's top-level fields. */
export interface DatasetStatistics {
    /** Statistics, by field. */
    fieldStatistics: Record<string, FieldStatistics>;
}

/** Statistics of one field. */
export interface FieldStatistics {
    /** Smallest number in the field; absent if it has none. */
    min?: number;
    /** Largest number in the field; absent if it has none. */
    max?: number;
    /** Number of null values. */
    nullCount: number;
    /** Number of empty strings, arrays and objects. */
    emptyCount: number;
}

/** A key-value store. Source: the API's KeyValueStore object. */
export interface KeyValueStoreInfo extends StorageInfo {
    /** Counts of operations on records, and the size in bytes. */
    stats: { readCount: number; writeCount: number; deleteCount: number; listCount: number; storageBytes: number };
    /** Schema of the records, with collections of keys; absent without one. */
    schema?: Record<string, unknown>;
    /** Signed URL of the list of keys, valid for two weeks without a token. */
    keysPublicUrl: string;
    /** Signed URL of an archive of all records, valid for two weeks without a token. */
    recordsPublicUrl: string;
    /** Secret key that signs URLs of keys and records; only for the owner. */
    urlSigningSecretKey?: string;
}

/** A request queue. Source: the API's RequestQueue object. */
export interface RequestQueueInfo extends StorageInfo {
    /** Number of requests. */
    totalRequestCount: number;
    /** Number of handled requests. */
    handledRequestCount: number;
    /** Number of requests that are not handled yet. */
    pendingRequestCount: number;
    /** True if more than one client has used the queue. */
    hadMultipleClients: boolean;
    /** Counts of operations on requests, and the size in bytes. */
    stats: {
        readCount: number;
        writeCount: number;
        deleteCount: number;
        headItemReadCount: number;
        storageBytes: number;
    };
}

/** Changes of a storage. */
export interface StorageUpdate {
    /** Name; null removes it. */
    name?: string | null;
    /** Display name. */
    title?: string;
    /** Access of users other than the owner; null resets it. */
    generalAccess?: GeneralAccess | null;
    /** Schema of a dataset or key-value store; null removes it. Stored data is not validated again. */
    schema?: Record<string, unknown> | null;
}

/** An item of a dataset. */
export type Item = Record<string, unknown>;

/**
 * Selects and transforms items. Paging counts stored items, before `unwind`. The steps apply in this order: unwind, hidden,
 * fields, omit, flatten, empty.
 *
 * Source: "Get dataset items" of the API.
 */
export interface ItemsOptions {
    /** Number of items to skip. Default: 0. */
    offset?: number;
    /** Maximum number of items. Default: all. */
    limit?: number;
    /** If true, the newest come first. Default: false. */
    desc?: boolean;
    /** If true, sets `skipHidden` and `skipEmpty`. Default: false. */
    clean?: boolean;
    /** Fields to keep, in this order. Default: all. */
    fields?: string[];
    /** New names of the `fields`, one for each. */
    outputFields?: string[];
    /** Fields to remove. */
    omit?: string[];
    /**
     * Fields to unwind: each element of such an array becomes an item, and the fields of such an object move to the item. The items
     * of one stored item can have up to 5,000,000 fields in all.
     */
    unwind?: string | string[];
    /** Fields to flatten: `{ a: { b: 1 } }` becomes `{ 'a.b': 1 }`, up to 32 levels. */
    flatten?: string[];
    /** If true, skips empty items. Default: false. */
    skipEmpty?: boolean;
    /** If true, removes fields that start with `#`. Default: false. */
    skipHidden?: boolean;
    /** If true, skips items with an `errorInfo`, as legacy crawlers stored failed pages. Default: false. */
    skipFailedPages?: boolean;
    /** If true, keeps only `url`, `pageFunctionResult` (unwound) and `errorInfo`, as legacy crawlers stored them. */
    simplified?: boolean;
    /** Name of a view in the dataset's schema, whose transformation applies. */
    view?: string;
    /** Signature of a public URL. It permits reading the storage of another user. */
    signature?: string;
}

/** Format of a file of items, in addition to {@link ItemsOptions}. */
export interface DownloadOptions extends ItemsOptions {
    /** If true, the response has a `Content-Disposition` header, so that browsers save it. Default: false. */
    attachment?: boolean;
    /** If true, the file starts with a byte order mark. Default: true for CSV, else false. */
    bom?: boolean;
    /** Separator of CSV fields. Default: `,`. */
    delimiter?: string;
    /** If true, CSV has no header row. Default: false. */
    skipHeaderRow?: boolean;
    /** Name of the root element of XML. Default: `items`. */
    xmlRoot?: string;
    /** Name of an item's element in XML. Default: `item`. */
    xmlRow?: string;
    /** Title of an RSS feed. Default: `Dataset <name or id>`. */
    feedTitle?: string;
    /** Description of an RSS feed. Default: `Items in dataset with id "<id>".` */
    feedDescription?: string;
}

/** File formats of items. */
export type ItemsFormat = 'json' | 'jsonl' | 'csv' | 'xlsx' | 'xml' | 'rss' | 'html';

/** One page of a dataset's items. */
export type ItemsPage<T = Item> = Page<T>;

/** A value that JSON can represent. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A record of a key-value store. */
export interface RecordValue<T = unknown> {
    /** Key of the record. */
    key: string;
    /** Parsed JSON or text, a Buffer, or a stream; see {@link RecordOptions}. */
    value: T;
    /** Content type of the record. */
    contentType?: string;
}

/** A record to store. */
export interface RecordInput {
    /** Key of the record. */
    key: string;
    /** A JSON value, a string, bytes, or a stream of bytes. */
    value: unknown | string | Uint8Array | Readable;
    /** Content type. Default: by the value: JSON, text or `application/octet-stream`. */
    contentType?: string;
}

/** Form of a returned record. Default: parsed JSON or text, else a Buffer. */
export interface RecordOptions {
    /** If true, the value is a Buffer. Default: false. */
    buffer?: boolean;
    /** If true, the value is a Readable. Default: false. */
    stream?: boolean;
    /** Signature of a public URL. It permits reading the storage of another user. */
    signature?: string;
}

/** Selects keys of a key-value store. */
export interface KeysOptions {
    /** Maximum number of keys on a page, up to 1000. Default: 1000. */
    limit?: number;
    /** Returns only keys after this one, in binary order. */
    exclusiveStartKey?: string;
    /** Returns only keys with this prefix. */
    prefix?: string;
    /** Returns only keys of this collection of the store's schema. */
    collection?: string;
    /** Signature of a public URL. It permits reading the storage of another user. */
    signature?: string;
}

/** A key of a key-value store. */
export interface KeyItem {
    /** The key. */
    key: string;
    /** Size of the record in bytes. */
    size: number;
    /** Signed URL of the record, which needs no token. */
    recordPublicUrl: string;
}

/** A page of keys. */
export interface KeysPage {
    /** Number of keys on this page. */
    count: number;
    /** Maximum number of keys of this page. */
    limit: number;
    /** Key after which this page starts; null on the first page. */
    exclusiveStartKey: string | null;
    /** True if further pages follow. */
    isTruncated: boolean;
    /** `exclusiveStartKey` of the next page; null on the last page. */
    nextExclusiveStartKey: string | null;
    /** The keys. */
    items: KeyItem[];
}

/** HTTP methods of requests. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'TRACE' | 'OPTIONS' | 'CONNECT' | 'PATCH';

/** A request in a queue. Source: the API's Request object. */
export interface QueueRequest {
    /** Id of the request, derived from `uniqueKey`. */
    id: string;
    /** Key by which the queue recognizes duplicates. */
    uniqueKey: string;
    /** URL to load. */
    url: string;
    /** HTTP method. Default: `GET`. */
    method?: HttpMethod;
    /** Body. */
    payload?: string;
    /** Number of retries so far. */
    retryCount?: number;
    /** Errors of the failed attempts. */
    errorMessages?: string[];
    /** HTTP headers. */
    headers?: Record<string, string>;
    /** Custom data of the Actor. */
    userData?: Record<string, unknown>;
    /** ISO time at which the request was handled; null or absent until then. */
    handledAt?: string | null;
    /** If true, the crawler does not retry the request. */
    noRetry?: boolean;
    /** URL after redirects. */
    loadedUrl?: string;
}

/** A request to add. Its id derives from `uniqueKey`. */
export type NewQueueRequest = Omit<QueueRequest, 'id' | 'uniqueKey'> & {
    /** Id of the request; only the derived one is accepted. */
    id?: string;
    /** Key by which the queue recognizes duplicates. Default: the URL. */
    uniqueKey?: string;
};

/** Position of an added or returned request. */
export interface QueueOperationOptions {
    /** If true, the request goes to the front of the queue. Default: false. */
    forefront?: boolean;
}

/** Result of adding or updating a request. */
export interface QueueOperation {
    /** Id of the request. */
    requestId: string;
    /** True if the queue already had the request. */
    wasAlreadyPresent: boolean;
    /** True if the request was already handled. */
    wasAlreadyHandled: boolean;
}

/** Result of a batch. */
export interface QueueBatchResult {
    /** Results of the processed requests. */
    processedRequests: (QueueOperation & { uniqueKey: string })[];
    /** Requests that were not processed, and should be sent again. */
    unprocessedRequests: { uniqueKey: string; url: string; method?: HttpMethod }[];
}

/** A request in the head of a queue. */
export interface QueueHeadItem {
    /** Id of the request. */
    id: string;
    /** Key by which the queue recognizes duplicates. */
    uniqueKey: string;
    /** URL to load. */
    url: string;
    /** HTTP method. */
    method: HttpMethod;
    /** Number of retries so far. */
    retryCount: number;
    /** End of the lock; only for locked requests. */
    lockExpiresAt?: Date;
}

/** Head of a queue: the requests to handle next. */
export interface QueueHead {
    /** Maximum number of requests. */
    limit: number;
    /** Time of the last change of the queue. */
    queueModifiedAt: Date;
    /** True if more than one client has used the queue. */
    hadMultipleClients: boolean;
    /** The requests, in order. */
    items: QueueHeadItem[];
}

/** Head of a queue whose requests are locked by one client. */
export interface LockedQueueHead extends QueueHead {
    /** Duration of the locks in seconds. */
    lockSecs: number;
    /** True if the queue has locked requests. */
    queueHasLockedRequests: boolean;
    /** Key of the client that holds the locks. */
    clientKey: string;
}

/** Selects requests of a queue. */
export interface QueueListOptions {
    /** Maximum number of requests on a page, up to 10,000. Default: 10,000. */
    limit?: number;
    /** Returns only requests after the one with this id. Excludes `cursor`. */
    exclusiveStartId?: string;
    /** `nextCursor` of the previous page. Excludes `exclusiveStartId`. */
    cursor?: string;
    /** Returns only these requests: `locked`, or `pending` (neither handled nor locked). Default: all. */
    filter?: readonly ('locked' | 'pending')[];
}

/** A page of requests. */
export interface QueueListPage {
    /** Maximum number of requests of this page. */
    limit: number;
    /** Id after which this page starts. */
    exclusiveStartId?: string;
    /** Cursor of this page. */
    cursor?: string;
    /** Cursor of the next page; absent on the last page. */
    nextCursor?: string;
    /** The requests. */
    items: QueueRequest[];
}
