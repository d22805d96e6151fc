import { checkOptions } from '../../util/check.js';
import { checkGiven, checkId } from '../check-argument.js';
import { cursorList } from '../cursor-list.js';
import { publicUrl } from '../public-url.js';
import { decodeRecord, encodeRecord } from '../record-value.js';
import type { ClientKeysPage, KeyValueStoreClient, RecordForm } from '../../model/client.js';
import type { PagedList } from '../../model/page.js';
import type {
    JsonValue,
    KeyItem,
    KeysOptions,
    KeyValueStoreInfo,
    RecordInput,
    RecordOptions,
    RecordValue,
    StorageUpdate,
} from '../../model/storage.js';
import type { KeyValueStore } from '../../storage/key-value-store.js';
import type { StorageRef } from '../storage-ref.js';

const MAX_KEYS = 1000;
const KEYS_KEYS = ['limit', 'exclusiveStartKey', 'prefix', 'collection', 'signature'];
const RECORD_KEYS = ['buffer', 'stream', 'signature', 'disableRedirect'];

/** One key-value store. */
export class KeyValueStoreResource implements KeyValueStoreClient {
    readonly #ref: StorageRef<KeyValueStore>;

    constructor(ref: StorageRef<KeyValueStore>) {
        this.#ref = ref;
    }

    async get(): Promise<KeyValueStoreInfo | undefined> {
        return this.#ref.find()?.info();
    }

    async update(fields: StorageUpdate): Promise<KeyValueStoreInfo> {
        checkGiven('fields', fields);
        return this.#ref.require().update(fields);
    }

    async delete(): Promise<void> {
        await this.#ref.remove();
    }

    listKeys(options: KeysOptions = {}): PagedList<KeyItem, ClientKeysPage> {
        checkOptions('options', options, KEYS_KEYS);
        return cursorList<KeyItem, ClientKeysPage>(options.limit, {
            maxLimit: MAX_KEYS,
            load: (limit, cursor) => {
                const exclusiveStartKey = cursor ?? options.exclusiveStartKey;
                return this.#ref.require().listKeys({ ...options, limit, exclusiveStartKey }) as ClientKeysPage;
            },
            cursorAfter: (page) => page.nextExclusiveStartKey,
        });
    }

    async recordExists(key: string): Promise<boolean> {
        checkId('key', key);
        return this.#ref.find()?.has(key) ?? false;
    }

    getRecord(key: string): Promise<RecordValue<JsonValue> | undefined>;
    getRecord<Options extends RecordOptions>(
        key: string,
        options: Options,
    ): Promise<RecordValue<RecordForm<Options>> | undefined>;
    async getRecord(key: string, options: RecordOptions = {}): Promise<RecordValue | undefined> {
        checkId('key', key);
        checkOptions('options', options, RECORD_KEYS);
        const stored = await this.#ref.find()?.get(key);
        return stored && { key, value: decodeRecord(stored, options), contentType: stored.contentType };
    }

    async setRecord(
        record: RecordInput,
        options?: { timeoutSecs?: number; doNotRetryTimeouts?: boolean },
    ): Promise<void> {
        checkGiven('record', record);
        checkOptions('record', record, ['key', 'value', 'contentType']);
        checkOptions('options', options, ['timeoutSecs', 'doNotRetryTimeouts']);
        checkId('record.key', record.key);
        const store = this.#ref.require();
        const { bytes, contentType } = await encodeRecord(record.value, record.contentType);
        await store.set(record.key, bytes, contentType);
    }

    async deleteRecord(key: string): Promise<void> {
        checkId('key', key);
        await this.#ref.require().delete(key);
    }

    async getRecordPublicUrl(key: string): Promise<string> {
        checkId('key', key);
        const { keysPublicUrl } = this.#ref.require().info();
        return new URL(`records/${encodeURIComponent(key)}`, keysPublicUrl).href;
    }

    async createKeysPublicUrl(options: KeysOptions & { expiresInSecs?: number } = {}): Promise<string> {
        return publicUrl(this.#ref.require().info().keysPublicUrl, { ...options }, KEYS_KEYS);
    }
}
