import { EngineError } from '../../../errors/engine-error.js';
import { checkOptions, checkText, invalid, show } from '../../../util/check.js';
import { JSON_TYPE } from '../../../util/json/json.js';
import { shortHash } from '../../../util/short-hash.js';
import { toJson } from '../../channel/to-json.js';
import { currentContext, type RunContext } from '../context.js';
import { log } from '../logging/log.js';
import { closeStorage, openStorage, type StorageIdentifier, type StorageType } from './open-storage.js';
import type { KeyValueStoreClient } from '../../../model/client/storage.js';
import type { KeysOptions, KeyValueStoreInfo } from '../../../model/api/storage.js';

/** Options for storing a value. */
export interface SetValueOptions {
    /** Content type of a value that is text, bytes or a stream. Default: the value is stored as JSON. */
    contentType?: string;
    /** Accepted for compatibility with the platform's SDK; has no effect. */
    timeoutSecs?: number;
    /** Accepted for compatibility with the platform's SDK; has no effect. */
    doNotRetryTimeouts?: boolean;
}

/** Options for iterating over keys. */
export type KeyIteratorOptions = Pick<KeysOptions, 'exclusiveStartKey' | 'prefix' | 'collection'>;

/** A list that is loaded when it is iterated, or awaited for all of it at once. */
class CollectedList<Item> implements AsyncIterable<Item>, PromiseLike<Item[]> {
    readonly #load: () => AsyncIterable<Item>;

    constructor(load: () => AsyncIterable<Item>) {
        this.#load = load;
    }

    [Symbol.asyncIterator](): AsyncIterator<Item> {
        return this.#load()[Symbol.asyncIterator]();
    }

    // oxlint-disable-next-line unicorn/no-thenable -- the list can be awaited, as in the platform's SDK
    then<Result = Item[], Failure = never>(
        onFulfilled?: ((items: Item[]) => Result | PromiseLike<Result>) | null,
        onRejected?: ((error: unknown) => Failure | PromiseLike<Failure>) | null,
    ): Promise<Result | Failure> {
        const collect = async (): Promise<Item[]> => {
            const items: Item[] = [];
            for await (const item of this.#load()) items.push(item);
            return items;
        };
        return collect().then(onFulfilled, onRejected);
    }
}

/** A key-value store. Source: the class `KeyValueStore` of the platform's SDK. */
export class KeyValueStore {
    /** Id of the store. */
    readonly id: string;
    /** Name of the store; undefined for an unnamed one. */
    readonly name: string | undefined;
    /** Client of the store, as in `apify-client`. */
    readonly client: KeyValueStoreClient;
    readonly #context: RunContext;
    readonly #autoSaved = new Map<string, object>();
    /** Metadata of the store, which includes the key for signed URLs; loaded when it is first needed. */
    #info: Promise<KeyValueStoreInfo | undefined> | undefined;
    #signingKey: string | undefined;

    /** Use {@link KeyValueStore.open}. */
    constructor(context: RunContext, id: string, info?: KeyValueStoreInfo) {
        this.id = id;
        this.name = info?.name ?? undefined;
        this.#signingKey = info?.urlSigningSecretKey;
        this.#info = info && Promise.resolve(info);
        this.client = context.client.keyValueStore(id);
        this.#context = context;
    }

    /**
     * Opens a store by id, name or alias; without one, the run's default store. A name that does not exist creates a
     * store.
     *
     * @param options - Accepted for compatibility and ignored.
     * @throws {@link EngineError} `record-not-found` for an unknown id or alias, `invalid-value`, `unknown-option`.
     */
    static async open(idOrName?: StorageIdentifier | null, options: object = {}): Promise<KeyValueStore> {
        checkOptions('KeyValueStore.open()', options, ['forceCloud', 'config', 'storageClient']);
        const store = await openStore(idOrName);
        // `getPublicUrl` needs the metadata and is synchronous, so it is loaded here.
        store.#info ??= store.client.get();
        store.#signingKey = (await store.#info)?.urlSigningSecretKey;
        return store;
    }

    /** Returns a value of the run's default store. See {@link KeyValueStore.getValue}. */
    static async getValue<T = unknown>(key: string, defaultValue?: T): Promise<T | null> {
        return (await openStore()).getValue(key, defaultValue);
    }

    /** Stores a value in the run's default store. See {@link KeyValueStore.setValue}. */
    static async setValue(key: string, value: unknown, options: SetValueOptions = {}): Promise<void> {
        return (await openStore()).setValue(key, value, options);
    }

    /** True if the run's default store has a record with that key. */
    static async recordExists(key: string): Promise<boolean> {
        return (await openStore()).recordExists(key);
    }

    /**
     * Returns an object of the run's default store that is saved automatically. See {@link
     * KeyValueStore.getAutoSavedValue}.
     */
    static async getAutoSavedValue<T extends object>(key: string, defaultValue: T = {} as T): Promise<T> {
        return (await openStore()).getAutoSavedValue(key, defaultValue);
    }

    /**
     * Returns the input of the run; null if it has none. Secret fields stay encrypted; use {@link Actor.getInput} to
     * decrypt them.
     */
    static async getInput<T = unknown>(): Promise<T | null> {
        return KeyValueStore.getValue<T>(currentContext().env.ACTOR_INPUT_KEY || 'INPUT');
    }

    /**
     * Returns a value: parsed JSON, text, or a Buffer for other content types. If the record does not exist, returns
     * `defaultValue`, else null.
     */
    async getValue<T = unknown>(key: string, defaultValue?: T): Promise<T | null> {
        const record = await this.client.getRecord(key);
        return (record?.value as T | null | undefined) ?? defaultValue ?? null;
    }

    /** True if the store has a record with that key. */
    async recordExists(key: string): Promise<boolean> {
        return this.client.recordExists(key);
    }

    /**
     * Stores a value as JSON, or unchanged if `contentType` is set. Null deletes the record.
     *
     * @param key - 1 to 256 of the characters `a-z A-Z 0-9 ! - _ . ' ( )`.
     * @throws {@link EngineError} `invalid-record-key`; `invalid-value` for a value that JSON cannot represent, or that
     *   is not text, bytes or a stream if `contentType` is set.
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
                'text, bytes or a stream if `contentType` is set',
                'Omit `contentType` to store JSON.',
            );
        }
        this.#alignAutoSaved(key, value);
        if (value === null) return this.client.deleteRecord(key);
        const stored = contentType === undefined ? toJson('value', value, 2) : value;
        return this.client.setRecord({ key, value: stored, contentType: contentType ?? JSON_TYPE }, rest);
    }

    /**
     * Returns an object that is saved to the store at each `persistState` event; initially the stored value, else
     * `defaultValue`. Calls with the same key return the same object.
     */
    async getAutoSavedValue<T extends object>(key: string, defaultValue: T = {} as T): Promise<T> {
        if (!this.#autoSaved.has(key)) {
            const value = (await this.getValue<T>(key)) ?? defaultValue;
            // A concurrent call may have been faster. There must be only one object, or changes of the other one would
            // be lost.
            if (!this.#autoSaved.has(key)) {
                if (this.#autoSaved.size === 0) this.#context.events.on('persistState', () => this.#saveAll());
                this.#autoSaved.set(key, value);
            }
        }
        return this.#autoSaved.get(key) as T;
    }

    /** Calls a function for each key in order, and waits for each call. `info.size` is in bytes. */
    async forEachKey(
        iteratee: (key: string, index: number, info: { size: number }) => unknown,
        options: KeyIteratorOptions = {},
    ): Promise<void> {
        checkOptions('options', options, ['exclusiveStartKey', 'prefix', 'collection']);
        let index = 0;
        for await (const { key, size } of this.client.listKeys(options)) await iteratee(key, index++, { size });
    }

    /** Iterates over the keys in order. */
    async *keys(options: KeyIteratorOptions = {}): AsyncGenerator<string> {
        for await (const { key } of this.client.listKeys(options)) yield key;
    }

    /** Returns keys and values, in the order of the keys, to be awaited or iterated. */
    entries<T = unknown>(options: KeyIteratorOptions = {}): CollectedList<[string, T | null]> {
        return new CollectedList(() => this.#entries<T>(options));
    }

    /** Returns the values, in the order of the keys, to be awaited or iterated. */
    values<T = unknown>(options: KeyIteratorOptions = {}): CollectedList<T | null> {
        const entries = (): AsyncIterable<[string, T | null]> => this.#entries<T>(options);
        return new CollectedList(async function* () {
            for await (const [, value] of entries()) yield value;
        });
    }

    /** Iterates over keys and values, like {@link KeyValueStore.entries}. */
    [Symbol.asyncIterator](): AsyncGenerator<[string, unknown]> {
        return this.#entries({});
    }

    /**
     * Returns a signed URL of the record, which needs no token and does not expire. It works under the URL of
     * `engine.listen` if the engine was listening when the run began, and always with `engine.fetch`.
     *
     * Source: `getPublicUrl()` of the platform's SDK.
     */
    getPublicUrl(key: string): string {
        const base = this.#context.env.APIFY_API_PUBLIC_BASE_URL || 'https://api.apify.com';
        const url = `${base}/v2/key-value-stores/${this.id}/records/${encodeURIComponent(key)}`;
        return this.#signingKey === undefined ? url : `${url}?signature=${shortHash(this.#signingKey, key)}`;
    }

    /** Deletes the store and all its records. */
    async drop(): Promise<void> {
        await this.client.delete();
        this.#autoSaved.clear();
        closeStorage(this.#context, STORAGE_TYPE.kind, this.id, this.name);
    }

    async *#entries<T>(options: KeyIteratorOptions): AsyncGenerator<[string, T | null]> {
        for await (const key of this.keys(options)) yield [key, await this.getValue<T>(key)];
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

    /** Updates the auto-saved object of a key that is set by other means, for code that holds the object. */
    #alignAutoSaved(key: string, value: unknown): void {
        const saved = this.#autoSaved.get(key) as Record<string, unknown> | undefined;
        if (saved === undefined || saved === value || typeof value !== 'object') return;
        for (const field of Object.keys(saved)) delete saved[field];
        Object.assign(saved, value);
    }
}

/** Opens a store without loading the metadata of the default one, which only signed URLs need. */
export async function openStore(idOrName?: StorageIdentifier | null): Promise<KeyValueStore> {
    return openStorage(currentContext(), idOrName, STORAGE_TYPE);
}

const STORAGE_TYPE: StorageType<RunContext, KeyValueStoreInfo, KeyValueStore> = {
    kind: 'keyValueStores',
    needsInfo: false,
    create: (context, id, info) => new KeyValueStore(context, id, info),
};

function checkKey(key: unknown): void {
    if (typeof key === 'string' && /^[a-zA-Z0-9!\-_.'()]{1,256}$/.test(key)) return;
    throw new EngineError(
        'invalid-record-key',
        `\`key\` is ${show(key)}, but must be 1 to 256 of the characters a-z A-Z 0-9 ! - _ . ' ( ). Replace all others.`,
    );
}

function isTextOrBinary(value: unknown): boolean {
    if (value === null || typeof value === 'string' || ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
        return true;
    return typeof value === 'object' && ('pipe' in value || Symbol.asyncIterator in value);
}
