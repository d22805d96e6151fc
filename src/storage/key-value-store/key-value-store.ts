import type { KeyItem, KeysOptions, KeysPage, KeyValueStoreInfo } from '../../model/api/storage.js';
import { EngineError } from '../../errors/engine-error.js';
import { checkOptions, checkText, checkWhole, invalid } from '../../util/check.js';
import type { ContentEncoding, Content, RecordHead, RecordStream } from '../../model/streams.js';
import { collectBytes } from '../chunks.js';
import { checkRecordKey, isRecordKey } from '../names.js';
import type { RecordMap, RecordMeta } from './record-map.js';
import {
    validateRecord,
    includesKey,
    needsBytes,
    requireCollection,
    type StoreCollection,
} from './store-collections.js';
import { StoredData } from '../stored-data.js';
import { StorageHandle } from '../storage-handle.js';

const MAX_KEYS_PER_PAGE = 1000;
const NO_BYTES = new Uint8Array();

/** A record as it is stored: bytes and their content type. */
export interface StoredRecord {
    key: string;
    contentType: string;
    /** A copy that belongs to the caller. */
    bytes: Buffer;
}

/** A key-value store with its records. */
export class KeyValueStoreData extends StoredData<StoreCollection[]> {
    #records: RecordMap | undefined;

    get records(): RecordMap {
        this.assertUsable();
        return (this.#records ??= this.context.backend.openRecords(this.id));
    }

    override get isBusy(): boolean {
        return this.#records?.isBusy === true;
    }

    override closeData(): void {
        this.#records?.close();
        this.#records = undefined;
    }
}

/** Records by key, each with a content type. */
export class KeyValueStore extends StorageHandle<KeyValueStoreData> {
    /** Returns a copy of the store's metadata. */
    info(): KeyValueStoreInfo {
        const { data } = this;
        return {
            ...data.info(),
            stats: {
                readCount: data.counter('readCount'),
                writeCount: data.counter('writeCount'),
                deleteCount: data.counter('deleteCount'),
                listCount: data.counter('listCount'),
                storageBytes: data.records.bytes,
            },
            keysPublicUrl: `${this.#url}/keys`,
            recordsPublicUrl: `${this.#url}/records`,
        };
    }

    /**
     * Sets or replaces a record.
     *
     * @throws `invalid-record-key`, `invalid-value`, or `schema-validation-error` if the record does not match the store's schema.
     * Then nothing is written.
     */
    set(key: string, bytes: Uint8Array, contentType: string): void | Promise<void> {
        this.checkHead({ key, contentType });
        if (!(bytes instanceof Uint8Array)) throw invalid('bytes', bytes, 'a Uint8Array or a Buffer');
        return this.setTrusted(key, bytes, contentType);
    }

    /** As {@link KeyValueStore.set}, with a key, bytes and a type that are already validated. */
    setTrusted(key: string, bytes: Uint8Array, contentType: string): void | Promise<void> {
        this.assertMatchesSchema({ key, bytes, contentType });
        const written = this.data.records.write(key, contentType, bytes);
        this.countWrite('writeCount', 1);
        return written;
    }

    /**
     * As {@link KeyValueStore.set}, with bytes that may arrive in chunks and be compressed. Nothing changes before the last chunk has
     * arrived. Errors of the chunks are passed on.
     */
    async setStream(head: RecordHead, content: Content): Promise<void> {
        this.checkHead(head);
        const { key, contentType, contentEncoding } = head;
        const { parsedSchema: collections = [] } = this.data;
        try {
            const source = needsBytes(collections, head) ? await collectBytes(content) : content;
            if (source instanceof Uint8Array) {
                const encoding = source.length === 0 ? undefined : contentEncoding;
                const bytes = encoding && collections.length > 0 ? await decompress(source, encoding) : source;
                validateRecord(collections, { key, contentType, bytes });
                await this.data.records.write(key, contentType, source, encoding);
            } else {
                validateRecord(collections, { key, contentType, bytes: NO_BYTES });
                await this.data.records.writeStream(head, source);
            }
        } catch (error) {
            // If the store was deleted in the meantime, that error says more than its consequence.
            this.data.assertUsable();
            throw error;
        }
        this.countWrite('writeCount', 1);
    }

    /** Throws if the key or the content type of a record is not valid. */
    checkHead({ key, contentType }: Pick<RecordHead, 'key' | 'contentType'>): void {
        this.data.assertUsable();
        checkRecordKey(key);
        checkContentType(contentType);
    }

    /** Throws `schema-validation-error` if a record does not match the schema. */
    assertMatchesSchema(record: StoredRecord | { key: string; bytes: Uint8Array; contentType: string }): void {
        const { parsedSchema } = this.data;
        if (parsedSchema !== undefined) validateRecord(parsedSchema, record);
    }

    /** Returns a record, decompressed; undefined if it does not exist, as with a key that no record can have. */
    async get(key: string): Promise<StoredRecord | undefined> {
        this.data.assertUsable();
        this.countRead('readCount', 1);
        const record = isRecordKey(key) ? await this.data.records.open(key) : undefined;
        return record && readRecord(record);
    }

    /** Returns a record as it is stored, in chunks if it is large. */
    async open(key: string): Promise<RecordStream | undefined> {
        const records = this.data.records;
        this.countRead('readCount', 1);
        return isRecordKey(key) ? records.open(key) : undefined;
    }

    /** As {@link KeyValueStore.get}, for the engine itself: it is not counted, and returns undefined if the record is too large. */
    async peek(key: string, maxBytes: number): Promise<StoredRecord | undefined> {
        const { size = Number.POSITIVE_INFINITY } = this.data.records.meta(key) ?? {};
        const stored = size <= maxBytes ? await this.data.records.open(key) : undefined;
        const record = stored && (await readRecord(stored));
        return record !== undefined && record.bytes.length <= maxBytes ? record : undefined;
    }

    has(key: string): boolean {
        const { records } = this.data;
        this.countRead('readCount', 1);
        return isRecordKey(key) && records.meta(key) !== undefined;
    }

    /** Deletes a record. Does nothing if it does not exist. */
    async delete(key: string): Promise<void> {
        checkRecordKey(key);
        const records = this.data.records;
        if (records.meta(key) === undefined) this.countRead('deleteCount', 1);
        else this.countWrite('deleteCount', 1);
        // A large record that is still being written is not in the index yet, but must be deleted too.
        await records.delete(key);
    }

    /**
     * Returns one page of keys in binary order, with up to 1000 keys.
     *
     * @throws `invalid-value` or `unknown-option` for bad options, `invalid-collection` if the schema does not have the collection.
     */
    listKeys(options: KeysOptions = {}): KeysPage {
        checkKeysOptions(options);
        // In the API, a limit of 0 means no limit.
        const limit = Math.min(options.limit || MAX_KEYS_PER_PAGE, MAX_KEYS_PER_PAGE);
        const { page, isTruncated } = takePage(this.#listEntries(options), limit);
        const items = page.map(({ key, size }): KeyItem => ({ key, size, recordPublicUrl: this.#recordUrl(key) }));
        this.countRead('listCount', 1);
        return {
            count: items.length,
            limit,
            exclusiveStartKey: options.exclusiveStartKey ?? null,
            isTruncated,
            nextExclusiveStartKey: isTruncated ? (items.at(-1)?.key ?? null) : null,
            items,
        };
    }

    *#listEntries({ collection: name, exclusiveStartKey, prefix = '' }: KeysOptions): Generator<RecordMeta> {
        const { parsedSchema: collections = [] } = this.data;
        const collection = name === undefined ? undefined : requireCollection(collections, name);
        for (const meta of this.data.records.entries(exclusiveStartKey, prefix)) {
            if (!meta.key.startsWith(prefix)) return;
            if (collection === undefined || includesKey(collection, meta.key)) yield meta;
        }
    }

    #recordUrl(key: string): string {
        return `${this.#url}/records/${encodeURIComponent(key)}`;
    }

    get #url(): string {
        return `${this.data.context.publicBaseUrl}/v2/key-value-stores/${this.id}`;
    }
}

function checkKeysOptions(options: KeysOptions): void {
    checkOptions('options', options, ['limit', 'exclusiveStartKey', 'prefix', 'collection', 'signature']);
    checkWhole('options.limit', options.limit, 0);
    for (const name of ['exclusiveStartKey', 'prefix', 'signature'] as const) {
        if (options[name] !== '') checkText(`options.${name}`, options[name]);
    }
    checkText('options.collection', options.collection);
}

function checkContentType(contentType: unknown): void {
    // The type becomes a header, in which a line break would start another header.
    if (typeof contentType === 'string' && /^[\x20-\x7e]+$/.test(contentType)) return;
    throw invalid('contentType', contentType, 'a MIME type such as `application/json`');
}

async function readRecord({ key, contentType, contentEncoding, content }: RecordStream): Promise<StoredRecord> {
    const bytes = await collectBytes(content);
    if (contentEncoding === undefined) return { key, contentType, bytes };
    try {
        return { key, contentType, bytes: await decompress(bytes, contentEncoding) };
    } catch (cause) {
        throw undecodableRecord(key, contentEncoding, cause);
    }
}

function undecodableRecord(key: string, encoding: string, cause: unknown): EngineError {
    const message =
        `Record \`${key}\` is damaged: it was stored compressed with ${encoding}, but cannot be decompressed: ` +
        `${(cause as Error).message}. Set the record again, or delete it.`;
    return new EngineError('storage-corrupted', message, { details: { key, encoding }, cause });
}

/** Loads the decoder on first use: most stores never have a compressed record. */
async function decompress(bytes: Uint8Array, encoding: ContentEncoding): Promise<Buffer> {
    const { decodeBytes } = await import('../../util/bytes/content-encoding.js');
    return decodeBytes(bytes, encoding);
}

/** Returns the first entries, and whether more follow. */
function takePage(entries: Iterable<RecordMeta>, limit: number): { page: RecordMeta[]; isTruncated: boolean } {
    const page: RecordMeta[] = [];
    for (const meta of entries) {
        if (page.length === limit) return { page, isTruncated: true };
        page.push(meta);
    }
    return { page, isTruncated: false };
}
