import { Readable } from 'node:stream';
import { StorageResource } from './storage-collection.js';
import { checkOptions } from '../../util/check.js';
import { checkRequired, checkId } from '../arguments.js';
import { cursorList } from '../paging.js';
import {
    createPublicUrl,
    deriveSigningKey,
    readSignature,
    signRecord,
    withSignedRecords,
    withSignedUrls,
} from '../signed-urls.js';
import {
    BINARY_TYPE,
    readStreamChunks,
    decodeRecord,
    encodeRecord,
    isStream,
} from '../../storage/key-value-store/record-values.js';
import type { ClientKeysPage, KeyValueStoreClient, RecordForm } from '../../model/client/storage.js';
import type { PagedList } from '../../model/api/page.js';
import type {
    JsonValue,
    KeyItem,
    KeysOptions,
    RecordInput,
    RecordOptions,
    RecordValue,
} from '../../model/api/storage.js';
import type { RecordStream, RecordStreamer } from '../../model/streams.js';
import type { ClientContext } from '../services.js';
import type { StorageRef } from '../storage-ref.js';

const MAX_KEYS = 1000;
/** Options of a list of keys. */
export const KEYS_KEYS: readonly string[] = ['limit', 'exclusiveStartKey', 'prefix', 'collection', 'signature'];
const RECORD_KEYS = ['buffer', 'stream', 'signature', 'disableRedirect'];

/** Client of one key-value store. */
export class KeyValueStoreResource
    extends StorageResource<'keyValueStore'>
    implements KeyValueStoreClient, RecordStreamer
{
    constructor(context: ClientContext, ref: StorageRef<'keyValueStore'>) {
        super(context, ref, withSignedUrls);
    }

    listKeys(options: KeysOptions = {}): PagedList<KeyItem, ClientKeysPage> {
        checkOptions('options', options, KEYS_KEYS);
        return cursorList<KeyItem, ClientKeysPage>(options.limit, {
            maxLimit: MAX_KEYS,
            load: (limit, cursor) => {
                const exclusiveStartKey = cursor ?? options.exclusiveStartKey;
                const store = this.ref.require(readSignature(options));
                const page = store.listKeys({ ...options, limit, exclusiveStartKey }) as ClientKeysPage;
                const secretKey = deriveSigningKey(this.context.services, store.info());
                return { ...page, items: withSignedRecords(page.items, secretKey) };
            },
            cursorAfter: (page) => page.nextExclusiveStartKey,
        });
    }

    async recordExists(key: string, options: { signature?: string } = {}): Promise<boolean> {
        checkId('key', key);
        return this.ref.find(readSignature(options, key))?.has(key) ?? false;
    }

    getRecord(key: string): Promise<RecordValue<JsonValue> | undefined>;
    getRecord<Options extends RecordOptions>(
        key: string,
        options: Options,
    ): Promise<RecordValue<RecordForm<Options>> | undefined>;
    async getRecord(key: string, options: RecordOptions = {}): Promise<RecordValue | undefined> {
        checkId('key', key);
        checkOptions('options', options, RECORD_KEYS);
        if (options.stream) return readAsStream(await this.streamRecord(key, options));
        const stored = await this.ref.find(readSignature(options, key))?.get(key);
        return stored && { key, value: decodeRecord(stored, options), contentType: stored.contentType };
    }

    async setRecord(
        record: RecordInput,
        options?: { timeoutSecs?: number; doNotRetryTimeouts?: boolean },
    ): Promise<void> {
        checkRequired('record', record);
        checkOptions('record', record, ['key', 'value', 'contentType']);
        checkOptions('options', options, ['timeoutSecs', 'doNotRetryTimeouts']);
        checkId('record.key', record.key);
        const store = this.ref.requireWritable();
        const { key, value, contentType: type } = record;
        if (isStream(value)) {
            const content = readStreamChunks(value);
            return this.receiveRecord({ key, contentType: type }, async () => ({ content }));
        }
        const { bytes, contentType } = await encodeRecord(value, type);
        await store.set(key, bytes, contentType);
    }

    async deleteRecord(key: string): Promise<void> {
        checkId('key', key);
        await this.ref.requireWritable().delete(key);
    }

    async streamRecord(key: string, options: { signature?: string } = {}): Promise<RecordStream | undefined> {
        checkId('key', key);
        return this.ref.find(readSignature(options, key))?.open(key);
    }

    async *streamRecords(options: KeysOptions): AsyncGenerator<RecordStream> {
        const signed = readSignature(options);
        for await (const { key } of this.listKeys(options)) {
            const record = await this.ref.find(signed)?.open(key);
            if (record !== undefined) yield record;
        }
    }

    async receiveRecord(
        { key, contentType = BINARY_TYPE }: Parameters<RecordStreamer['receiveRecord']>[0],
        open: Parameters<RecordStreamer['receiveRecord']>[1],
    ): Promise<void> {
        const store = this.ref.requireWritable();
        store.checkHead({ key, contentType });
        const { content, contentEncoding } = await open();
        await store.setStream({ key, contentType, contentEncoding }, content);
    }

    async getRecordPublicUrl(key: string): Promise<string> {
        checkId('key', key);
        const info = this.ref.require().info();
        // Lone surrogates, which URLs cannot represent, become replacement characters. No key contains either.
        const url = new URL(`${info.recordsPublicUrl}/${encodeURIComponent(Buffer.from(key).toString())}`);
        const secretKey = deriveSigningKey(this.context.services, info);
        if (secretKey !== undefined) url.searchParams.set('signature', signRecord(secretKey, key));
        return url.href;
    }

    async createKeysPublicUrl(options: KeysOptions & { expiresInSecs?: number } = {}): Promise<string> {
        const info = this.ref.require().info();
        const target = { storage: info, url: info.keysPublicUrl };
        return createPublicUrl(target, { ...options }, KEYS_KEYS, this.context.services);
    }
}

async function readAsStream(record: RecordStream | undefined): Promise<RecordValue<Readable> | undefined> {
    if (record === undefined) return undefined;
    // Imported on first use: most engines never store a compressed record.
    const { decompressRecord: decodedRecord } = await import('../../storage/key-value-store/decompress-record.js');
    const { content, contentType } = decodedRecord(record);
    return { key: record.key, value: Readable.from(content, { objectMode: false }), contentType };
}
