import { EngineError } from '../../../errors/engine-error.js';
import { checkOptions, checkText, invalid } from '../../../util/check.js';
import { JSON_TYPE } from '../../../util/json/json.js';
import { shortHash } from '../../../util/short-hash.js';
import { toJson } from '../../channel/to-json.js';
import { currentContext, type RunContext } from '../context.js';
import { log } from '../log.js';
import { closeStorage, openStorage, type StorageIdentifier, type StorageType } from './open-storage.js';
import type { KeyValueStoreClient } from '../../../model/client/storage.js';
import type { KeysOptions, KeyValueStoreInfo } from '../../../model/api/storage.js';

/** How to store a value. */
export interface SetValueOptions {
    /** Type of a value that is text, bytes or a stream. Default: the value is stored as JSON. */
    contentType?: string;
    /** Accepted for the sake of the platform's SDK. */
    timeoutSecs?: number;
    /** Accepted for the sake of the platform's SDK. */
    doNotRetryTimeouts?: boolean;
}

/** Which keys to walk over. */
export type KeyIteratorOptions = Pick<KeysOptions, 'exclusiveStartKey' | 'prefix' | 'collection'>;

/** Values by key. */
export class KeyValueStore {
    readonly id: string;
    readonly name: string | undefined;
    readonly client: KeyValueStoreClient;
    readonly #context: RunContext;
    readonly #autoSaved = new Map<string, object>();
    /** Of the store's record, by which URLs are signed; the record is missing as long as nobody needs it. */
    #info: Promise<KeyValueStoreInfo | undefined> | undefined;
    #signingKey: string | undefined;

    /** Use {@link KeyValueStore.open}. */
    constructor(context: RunContext, id: string, info?: KeyValueStoreInfo) {
        this.id = id;
        this.name = info?.name;
        this.#signingKey = info?.urlSigningSecretKey;
        this.#info = info && Promise.resolve(info);
        this.client = context.client.keyValueStore(id);
        this.#context = context;
    }

    /** Opens a store by id or name, or the run's default one. A new name makes a new store. */
    static async open(idOrName?: StorageIdentifier | null, options?: object): Promise<KeyValueStore> {
        checkOptions('KeyValueStore.open()', options, ['forceCloud', 'config', 'storageClient']);
        const store = await openStore(idOrName);
        // Who holds the store may ask it for a URL, which then cannot be waited for.
        store.#info ??= store.client.get();
        store.#signingKey = (await store.#info)?.urlSigningSecretKey;
        return store;
    }

    static async getValue<T = unknown>(key: string, defaultValue?: T): Promise<T | null> {
        return (await openStore()).getValue(key, defaultValue);
    }

    static async setValue(key: string, value: unknown, options?: SetValueOptions): Promise<void> {
        return (await openStore()).setValue(key, value, options);
    }

    static async recordExists(key: string): Promise<boolean> {
        return (await openStore()).recordExists(key);
    }

    static async getAutoSavedValue<T extends object>(key: string, defaultValue?: T): Promise<T> {
        return (await openStore()).getAutoSavedValue(key, defaultValue);
    }

    /** The input of the run, or null if it has none. */
    static async getInput<T = unknown>(): Promise<T | null> {
        return KeyValueStore.getValue<T>(currentContext().env.ACTOR_INPUT_KEY || 'INPUT');
    }

    /** The value of a key: parsed JSON, text, or else a Buffer. A missing one is `defaultValue`, else null. */
    async getValue<T = unknown>(key: string, defaultValue?: T): Promise<T | null> {
        checkKey(key);
        const record = await this.client.getRecord(key);
        return (record?.value as T | null | undefined) ?? defaultValue ?? null;
    }

    async recordExists(key: string): Promise<boolean> {
        checkKey(key);
        return this.client.recordExists(key);
    }

    /**
     * Stores a value as JSON, or as it is if `contentType` is given. Null deletes the record.
     *
     * @throws {@link EngineError} `invalid-value` for what JSON cannot carry, or what `contentType` does not fit.
     */
    async setValue(key: string, value: unknown, options: SetValueOptions = {}): Promise<void> {
        checkKey(key);
        checkOptions('options', options, ['contentType', 'timeoutSecs', 'doNotRetryTimeouts']);
        checkText('options.contentType', options.contentType);
        const { contentType, ...rest } = options;
        if (contentType !== undefined && !isTextOrBinary(value)) {
            throw invalid(
                'value',
                value,
                'text, bytes or a stream where `contentType` is given',
                'Leave `contentType` out for JSON.',
            );
        }
        this.#alignAutoSaved(key, value);
        if (value === null) return this.client.deleteRecord(key);
        const stored = contentType === undefined ? toJson('value', value, 2) : value;
        return this.client.setRecord({ key, value: stored, contentType: contentType ?? JSON_TYPE }, rest);
    }

    /** An object that is stored again at each `persistState`; `defaultValue` if there is none yet. */
    async getAutoSavedValue<T extends object>(key: string, defaultValue: T = {} as T): Promise<T> {
        if (!this.#autoSaved.has(key)) {
            const value = (await this.getValue<T>(key)) ?? defaultValue;
            // Another call may have been faster; there must be one object only, or changes of the other would be lost.
            if (!this.#autoSaved.has(key)) {
                if (this.#autoSaved.size === 0) this.#context.events.on('persistState', () => this.#saveAll());
                this.#autoSaved.set(key, value);
            }
        }
        return this.#autoSaved.get(key) as T;
    }

    /** Calls the function for each key, in order, one after the other. */
    async forEachKey(
        iteratee: (key: string, index: number, info: { size: number }) => unknown,
        options: KeyIteratorOptions = {},
    ): Promise<void> {
        checkOptions('options', options, ['exclusiveStartKey', 'prefix', 'collection']);
        let index = 0;
        for await (const { key, size } of this.client.listKeys(options)) await iteratee(key, index++, { size });
    }

    /** The keys, in order. */
    async *keys(options: KeyIteratorOptions = {}): AsyncGenerator<string> {
        for await (const { key } of this.client.listKeys(options)) yield key;
    }

    /** The keys with their values. */
    async *entries<T = unknown>(options: KeyIteratorOptions = {}): AsyncGenerator<[string, T | null]> {
        for await (const key of this.keys(options)) yield [key, await this.getValue<T>(key)];
    }

    /** The values, in the order of their keys. */
    async *values<T = unknown>(options: KeyIteratorOptions = {}): AsyncGenerator<T | null> {
        for await (const [, value] of this.entries<T>(options)) yield value;
    }

    [Symbol.asyncIterator](): AsyncGenerator<[string, unknown]> {
        return this.entries();
    }

    /**
     * Where the record can be read without a token: under the URL of `engine.listen`, if the engine was listening when the run
     * began, and by `engine.fetch` in any case. It is signed, and good for ever.
     *
     * Source: `getPublicUrl()` of the platform's SDK.
     */
    getPublicUrl(key: string): string {
        const base = this.#context.env.APIFY_API_PUBLIC_BASE_URL || 'https://api.apify.com';
        const url = `${base}/v2/key-value-stores/${this.id}/records/${encodeURIComponent(key)}`;
        return this.#signingKey === undefined ? url : `${url}?signature=${shortHash(this.#signingKey, key)}`;
    }

    /** Deletes the store with all its records. */
    async drop(): Promise<void> {
        await this.client.delete();
        this.#autoSaved.clear();
        closeStorage(this.#context, STORAGE_TYPE.kind, this.id, this.name);
    }

    async #saveAll(): Promise<void> {
        const saves = [...this.#autoSaved].map(async ([key, value]) => {
            try {
                await this.setValue(key, value);
            } catch (error) {
                log.warning(`The state \`${key}\` could not be saved.`, { error });
            }
        });
        await Promise.all(saves);
    }

    /** Whoever holds the object of a key must see what it is set to by other ways. */
    #alignAutoSaved(key: string, value: unknown): void {
        const saved = this.#autoSaved.get(key) as Record<string, unknown> | undefined;
        if (saved === undefined || saved === value || typeof value !== 'object') return;
        for (const field of Object.keys(saved)) delete saved[field];
        Object.assign(saved, value);
    }
}

/** As {@link KeyValueStore.open}, for what asks the store for no URL, and so needs no more of the default one than its id. */
export async function openStore(idOrName?: StorageIdentifier | null): Promise<KeyValueStore> {
    return openStorage(currentContext(), idOrName, STORAGE_TYPE);
}

const STORAGE_TYPE: StorageType<KeyValueStoreInfo, KeyValueStore> = {
    kind: 'keyValueStores',
    needsInfo: false,
    create: (context, id, info) => new KeyValueStore(context, id, info),
};

function checkKey(key: unknown): void {
    if (typeof key === 'string' && /^[a-zA-Z0-9!\-_.'()]{1,256}$/.test(key)) return;
    const shown = typeof key === 'string' ? `'${key}'` : typeof key;
    throw new EngineError(
        'invalid-record-key',
        `\`key\` is ${shown}, but must be 1 to 256 of the characters a-z A-Z 0-9 ! - _ . ' ( ). Replace all others.`,
    );
}

function isTextOrBinary(value: unknown): boolean {
    if (value === null || typeof value === 'string' || ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
        return true;
    return typeof value === 'object' && ('pipe' in value || Symbol.asyncIterator in value);
}
