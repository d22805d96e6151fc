import type { KeyItem, KeysOptions, KeysPage, KeyValueStoreInfo } from '../../model/api/storage.js';
import { checkOptions, checkText, checkWhole, invalid } from '../../util/check.js';
import type { ContentEncoding, Content, RecordHead, RecordStream } from '../../model/streams.js';
import { collectBytes } from '../chunks.js';
import { checkRecordKey } from '../names.js';
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
const NOTHING = new Uint8Array();

/** A record as it is stored: bytes and their type. */
export interface StoredRecord {
    key: string;
    contentType: string;
    /** The caller's own copy. */
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
    /** A copy of what is known of the store. */
    info(): KeyValueStoreInfo {
        const contents = this.data;
        return {
            ...contents.info(),
            stats: {
                readCount: contents.counter('readCount'),
                writeCount: contents.counter('writeCount'),
                deleteCount: contents.counter('deleteCount'),
                listCount: contents.counter('listCount'),
                storageBytes: contents.records.bytes,
            },
            keysPublicUrl: `${this.#url}/keys`,
            recordsPublicUrl: `${this.#url}/records`,
        };
    }

    /**
     * Sets or replaces a record.
     *
     * @throws `invalid-record-key`, `invalid-value`, or `schema-validation-error` for a record that is not as the store's
     * schema says, before anything is written.
     */
    set(key: string, bytes: Uint8Array, contentType: string): void | Promise<void> {
        this.checkHead({ key, contentType });
        if (!(bytes instanceof Uint8Array)) throw invalid('bytes', bytes, 'a Uint8Array or a Buffer');
        return this.setTrusted(key, bytes, contentType);
    }

    /** As {@link KeyValueStore.set}, with a key, bytes and a type that are known to be good. */
    setTrusted(key: string, bytes: Uint8Array, contentType: string): void | Promise<void> {
        this.assertMatchesSchema({ key, bytes, contentType });
        const written = this.data.records.write(key, contentType, bytes);
        this.countWrite('writeCount', 1);
        return written;
    }

    /**
     * As {@link KeyValueStore.set}, with bytes that come in pieces and may be compressed. Nothing is changed before the last
     * of them has come; what they throw is thrown.
     */
    async setStream(head: RecordHead, content: Content): Promise<void> {
        this.checkHead(head);
        const { key, contentType, contentEncoding } = head;
        const { parsedSchema: rules = [] } = this.data;
        try {
            const held = needsBytes(rules, head) ? await collectBytes(content) : content;
            if (held instanceof Uint8Array) {
                const encoding = held.length === 0 ? undefined : contentEncoding;
                const bytes = encoding && rules.length > 0 ? await decompress(held, encoding) : held;
                validateRecord(rules, { key, contentType, bytes });
                await this.data.records.write(key, contentType, held, encoding);
            } else {
                validateRecord(rules, { key, contentType, bytes: NOTHING });
                await this.data.records.writeStream(head, held);
            }
        } catch (error) {
            // That the store has gone meanwhile says more than what came of it.
            this.data.assertUsable();
            throw error;
        }
        this.countWrite('writeCount', 1);
    }

    /** Refuses what no record can be called, and a type that none can have. */
    checkHead({ key, contentType }: Pick<RecordHead, 'key' | 'contentType'>): void {
        this.data.assertUsable();
        checkRecordKey(key);
        checkContentType(contentType);
    }

    /** Refuses a record that is not as the schema says: `schema-validation-error`. */
    assertMatchesSchema(record: StoredRecord | { key: string; bytes: Uint8Array; contentType: string }): void {
        const { parsedSchema: rules } = this.data;
        if (rules !== undefined) validateRecord(rules, record);
    }

    /** The record, or undefined if there is none. */
    async get(key: string): Promise<StoredRecord | undefined> {
        checkRecordKey(key);
        this.data.assertUsable();
        this.countRead('readCount', 1);
        const record = await this.data.records.open(key);
        return record && readRecord(record);
    }

    /** The record as it is stored, in pieces where they are many. */
    async open(key: string): Promise<RecordStream | undefined> {
        checkRecordKey(key);
        const records = this.data.records;
        this.countRead('readCount', 1);
        return records.open(key);
    }

    /** As {@link KeyValueStore.get}, for the engine itself: it counts as nothing. Undefined for a larger one too. */
    async peek(key: string, maxBytes: number): Promise<StoredRecord | undefined> {
        const { size = Number.POSITIVE_INFINITY } = this.data.records.meta(key) ?? {};
        const stored = size <= maxBytes ? await this.data.records.open(key) : undefined;
        const record = stored && (await readRecord(stored));
        return record !== undefined && record.bytes.length <= maxBytes ? record : undefined;
    }

    has(key: string): boolean {
        checkRecordKey(key);
        this.countRead('readCount', 1);
        return this.data.records.meta(key) !== undefined;
    }

    /** Deletes a record; does nothing if there is none. */
    async delete(key: string): Promise<void> {
        checkRecordKey(key);
        const records = this.data.records;
        if (records.meta(key) === undefined) this.countRead('deleteCount', 1);
        else this.countWrite('deleteCount', 1);
        // A large one that is still being written is not there yet, and has to go all the same.
        await records.delete(key);
    }

    /**
     * One page of keys in binary order, 1000 at most.
     *
     * @throws `invalid-value` or `unknown-option` for bad options, `invalid-collection` for one that the schema
     * does not have.
     */
    listKeys(options: KeysOptions = {}): KeysPage {
        checkKeysOptions(options);
        // To the API, a limit of 0 is no limit.
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
        const { parsedSchema: rules = [] } = this.data;
        const collection = name === undefined ? undefined : requireCollection(rules, name);
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
    // It becomes a header: a line break in it would start another one.
    if (typeof contentType === 'string' && /^[\x20-\x7e]+$/.test(contentType)) return;
    throw invalid('contentType', contentType, 'a MIME type such as `application/json`');
}

async function readRecord({ key, contentType, contentEncoding, content }: RecordStream): Promise<StoredRecord> {
    const bytes = await collectBytes(content);
    return { key, contentType, bytes: contentEncoding ? await decompress(bytes, contentEncoding) : bytes };
}

/** Loaded when it is first needed: most stores never have a compressed record. */
async function decompress(bytes: Uint8Array, encoding: ContentEncoding): Promise<Buffer> {
    const { decodeBytes } = await import('../../util/bytes/content-encoding.js');
    return decodeBytes(bytes, encoding);
}

/** The first so many, and whether there are more. */
function takePage(entries: Iterable<RecordMeta>, limit: number): { page: RecordMeta[]; isTruncated: boolean } {
    const page: RecordMeta[] = [];
    for (const meta of entries) {
        if (page.length === limit) return { page, isTruncated: true };
        page.push(meta);
    }
    return { page, isTruncated: false };
}
