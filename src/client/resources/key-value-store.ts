import { Readable } from 'node:stream';
import { storageMethods } from './storage-collection.js';
import { checkOptions } from '../../util/check.js';
import { signingKeyOf } from '../access.js';
import { checkGiven, checkId } from '../arguments.js';
import { cursorList } from '../paging.js';
import { publicUrl, signRecord, withSignedRecords, withSignedUrls } from '../signed-urls.js';
import { BINARY_TYPE, chunksOf, decodeRecord, encodeRecord, isStream } from '../values.js';
import type { ClientKeysPage, KeyValueStoreClient } from '../../model/client.js';
import type { KeyItem, RecordOptions, RecordValue } from '../../model/storage.js';
import type { RecordStreamer } from '../../model/streams.js';
import type { ClientContext } from '../services.js';
import type { StorageRef } from '../storage-ref.js';

type Ref = StorageRef<'keyValueStore'>;
type RecordMethods = 'recordExists' | 'getRecord' | 'setRecord' | 'deleteRecord';

const MAX_KEYS = 1000;
const KEYS_KEYS = ['limit', 'exclusiveStartKey', 'prefix', 'collection', 'signature'];
const RECORD_KEYS = ['buffer', 'stream', 'signature', 'disableRedirect'];

/** One key-value store. */
export function keyValueStoreClient(context: ClientContext, ref: Ref): KeyValueStoreClient & RecordStreamer {
    const streamer = recordStreamer(ref);
    return {
        ...storageMethods(context, ref, withSignedUrls),
        ...streamer,
        ...recordsOf(ref, streamer),
        listKeys: (options = {}) => {
            checkOptions('options', options, KEYS_KEYS);
            return cursorList<KeyItem, ClientKeysPage>(options.limit, {
                maxLimit: MAX_KEYS,
                load: (limit, cursor) => {
                    const exclusiveStartKey = cursor ?? options.exclusiveStartKey;
                    const store = ref.require();
                    const page = store.listKeys({ ...options, limit, exclusiveStartKey }) as ClientKeysPage;
                    const secretKey = signingKeyOf(context.services, store.info());
                    return { ...page, items: withSignedRecords(page.items, secretKey) };
                },
                cursorAfter: (page) => page.nextExclusiveStartKey,
            });
        },
        getRecordPublicUrl: async (key) => {
            checkId('key', key);
            const info = ref.require().info();
            // What no URL can have, no key can have either.
            const url = new URL(`${info.recordsPublicUrl}/${encodeURIComponent(Buffer.from(key).toString())}`);
            const secretKey = signingKeyOf(context.services, info);
            if (secretKey !== undefined) url.searchParams.set('signature', signRecord(secretKey, key));
            return url.href;
        },
        createKeysPublicUrl: async (options = {}) => {
            const info = ref.require().info();
            return publicUrl({ storage: info, url: info.keysPublicUrl }, { ...options }, KEYS_KEYS, context.services);
        },
    };
}

function recordsOf(ref: Ref, streamer: RecordStreamer): Pick<KeyValueStoreClient, RecordMethods> {
    const getRecord = async (key: string, options: RecordOptions = {}): Promise<RecordValue | undefined> => {
        checkId('key', key);
        checkOptions('options', options, RECORD_KEYS);
        if (options.stream) return streamValue(ref, key);
        const stored = await ref.find()?.get(key);
        return stored && { key, value: decodeRecord(stored, options), contentType: stored.contentType };
    };
    return {
        recordExists: async (key) => {
            checkId('key', key);
            return ref.find()?.has(key) ?? false;
        },
        getRecord: getRecord as KeyValueStoreClient['getRecord'],
        setRecord: async (record, options) => {
            checkGiven('record', record);
            checkOptions('record', record, ['key', 'value', 'contentType']);
            checkOptions('options', options, ['timeoutSecs', 'doNotRetryTimeouts']);
            checkId('record.key', record.key);
            const store = ref.requireOwn();
            const { key, value, contentType: type } = record;
            if (isStream(value)) {
                const content = chunksOf(value);
                return streamer.receiveRecord({ key, contentType: type }, async () => ({ content }));
            }
            const { bytes, contentType } = await encodeRecord(value, type);
            await store.set(key, bytes, contentType);
        },
        deleteRecord: async (key) => {
            checkId('key', key);
            await ref.requireOwn().delete(key);
        },
    };
}

function recordStreamer(ref: Ref): RecordStreamer {
    return {
        streamRecord: async (key) => {
            checkId('key', key);
            return ref.find()?.open(key);
        },
        receiveRecord: async ({ key, contentType = BINARY_TYPE }, open) => {
            const store = ref.requireOwn();
            store.checkHead({ key, contentType });
            const { content, contentEncoding } = await open();
            await store.receive({ key, contentType, contentEncoding }, content);
        },
    };
}

async function streamValue(ref: Ref, key: string): Promise<RecordValue<Readable> | undefined> {
    const record = await ref.find()?.open(key);
    if (record === undefined) return undefined;
    // Loaded when it is first needed: most engines never have a compressed record.
    const { decodedRecord } = await import('../../storage/decoded-record.js');
    const { content, contentType } = decodedRecord(record);
    return { key, value: Readable.from(content, { objectMode: false }), contentType };
}
