import { checkOptions, checkText, invalid } from '../../../util/check.js';
import { currentContext, type RunContext } from '../context.js';
import { openStore } from './key-value-store.js';
import { pushData } from './push-data.js';
import { closeStorage, openStorage, type StorageIdentifier, type StorageType } from './open-storage.js';
import type { DatasetClient } from '../../../model/client/storage.js';
import type { PagedList } from '../../../model/api/page.js';
import type { DatasetInfo, Item, ItemsOptions, ItemsPage } from '../../../model/api/storage.js';

/** Options for iterating over items. */
export type DatasetIteratorOptions = Omit<ItemsOptions, 'signature'>;

/** Options of an export. */
export interface DatasetExportOptions extends DatasetIteratorOptions {
    /** Id or name of the target key-value store. Default: the run's default store. */
    toKVS?: string;
    /** Id or name of the dataset, for the static methods. Default: the run's default dataset. */
    fromDataset?: string;
    /**
     * If true, CSV has a column for each field of any item; otherwise, for the fields of the first item. Default:
     * false.
     */
    collectAllKeys?: boolean;
}

/** A page of items with their indexes. */
type EntriesPage<T> = Omit<ItemsPage<T>, 'items'> & {
    /** Each item with its index in the dataset. */
    items: [number, T][];
};

const PAGE_LIMIT = 10_000;

/**
 * A dataset: a list of items in the order in which they were pushed. Source: the class `Dataset` of the platform's SDK.
 */
export class Dataset<T extends object = Item> {
    /** Id of the dataset. */
    readonly id: string;
    /** Name of the dataset; undefined for an unnamed one. */
    readonly name: string | undefined;
    /** Client of the dataset, as in `apify-client`. */
    readonly client: DatasetClient<T>;
    readonly #context: RunContext;

    /** Use {@link Dataset.open}. */
    constructor(context: RunContext, id: string, name?: string) {
        this.id = id;
        this.name = name;
        this.client = context.client.dataset<T>(id);
        this.#context = context;
    }

    /**
     * Opens a dataset by id, name or alias; without one, the run's default dataset. A name that does not exist creates
     * a dataset.
     *
     * @param options - Accepted for compatibility and ignored.
     * @throws {@link EngineError} `record-not-found` for an unknown id or alias, `invalid-value`, `unknown-option`.
     */
    static async open<T extends object = Item>(
        idOrName?: StorageIdentifier | null,
        options: object = {},
    ): Promise<Dataset<T>> {
        checkOptions('Dataset.open()', options, ['forceCloud', 'config', 'storageClient']);
        return (await openStorage(currentContext(), idOrName, STORAGE_TYPE)) as unknown as Dataset<T>;
    }

    /** Appends items to the run's default dataset. See {@link Dataset.pushData}. */
    static async pushData(items: object | object[]): Promise<void> {
        await (await Dataset.open()).pushData(items as Item);
    }

    /** Returns one page of items of the run's default dataset. */
    static async getData<T extends object = Item>(options: ItemsOptions = {}): Promise<ItemsPage<T>> {
        return (await Dataset.open<T>()).getData(options);
    }

    /** Writes all items of a dataset to a key-value store as JSON. See {@link Dataset.exportTo}. */
    static async exportToJSON(key: string, options?: DatasetExportOptions): Promise<void> {
        await (await Dataset.open(options?.fromDataset)).exportToJSON(key, options);
    }

    /** Writes all items of a dataset to a key-value store as CSV. See {@link Dataset.exportTo}. */
    static async exportToCSV(key: string, options?: DatasetExportOptions): Promise<void> {
        await (await Dataset.open(options?.fromDataset)).exportToCSV(key, options);
    }

    /**
     * Appends one or more items in order. If they are too large for one push, sends several. If pushed items are
     * charged for, appends only as many as the run's cost limit allows.
     *
     * @throws {@link EngineError} `invalid-value` for an item that is not an object or cannot be serialized to JSON;
     *   `request-too-large` for an item above 9 MB. Nothing is pushed then.
     */
    async pushData(items: T | T[]): Promise<void> {
        await pushData({ context: this.#context, datasetId: this.id, items });
    }

    /** Returns one page of items. */
    async getData(options: ItemsOptions = {}): Promise<ItemsPage<T>> {
        return this.client.listItems(options);
    }

    /** Returns all items, to be awaited or iterated. */
    values(options: ItemsOptions = {}): PagedList<T, ItemsPage<T>> {
        return this.client.listItems(options);
    }

    /** Returns all items with their indexes, to be awaited as one page or iterated. */
    entries(options: ItemsOptions = {}): PagedList<[number, T], EntriesPage<T>> {
        const start = options.offset ?? 0;
        const list = this.client.listItems(options);
        const firstPage = list.then(({ items, ...page }): EntriesPage<T> => ({
            ...page,
            items: items.map((item, at) => [start + at, item]),
        }));
        // A caller that only iterates gets the error there; it must not also be reported as unhandled.
        firstPage.catch(() => {});
        return Object.assign(firstPage, {
            async *[Symbol.asyncIterator](): AsyncGenerator<[number, T]> {
                let index = start;
                for await (const item of list) yield [index++, item];
            },
        });
    }

    /** Iterates over all items. */
    async *[Symbol.asyncIterator](): AsyncGenerator<T> {
        yield* this.#all({});
    }

    /** Returns the metadata of the dataset; undefined if it was deleted. */
    async getInfo(): Promise<DatasetInfo | undefined> {
        return this.client.get();
    }

    /**
     * Calls a function for each item in order, and waits for each call.
     *
     * @param index - Index passed with the first item. Default: 0.
     */
    async forEach(
        iteratee: (item: T, index: number) => unknown,
        options: DatasetIteratorOptions & { format?: string } = {},
        index = 0,
    ): Promise<void> {
        const { format, ...rest } = options;
        if (format !== undefined && format !== 'json') throw invalid('options.format', format, "'json'", 'Omit it.');
        let at = index;
        for await (const item of this.#all(rest)) await iteratee(item, at++);
    }

    /** Calls a function for each item in order, and returns the results. */
    async map<R>(
        iteratee: (item: T, index: number) => R | Promise<R>,
        options: DatasetIteratorOptions = {},
    ): Promise<R[]> {
        const results: R[] = [];
        await this.forEach(async (item, index) => results.push(await iteratee(item, index)), options);
        return results;
    }

    /**
     * Reduces the items to one value, like `Array.prototype.reduce`: without an initial value, it is the first item.
     */
    async reduce<R = T>(
        iteratee: (memo: R, item: T, index: number) => R | Promise<R>,
        memo?: R,
        options: DatasetIteratorOptions = {},
    ): Promise<R | undefined> {
        let result = memo;
        await this.forEach(async (item, index) => {
            result =
                index === 0 && result === undefined ? (item as unknown as R) : await iteratee(result as R, item, index);
        }, options);
        return result;
    }

    /** Returns all items as one array. */
    async export(options: DatasetIteratorOptions = {}): Promise<T[]> {
        const items: T[] = [];
        await this.forEach((item) => items.push(item), options);
        return items;
    }

    /**
     * Writes all items to a key-value store and returns them.
     *
     * @param key - Key of the record.
     * @param contentType - `application/json` (default) or `text/csv`.
     * @throws {@link EngineError} `invalid-value` for another content type.
     */
    async exportTo(key: string, options?: DatasetExportOptions, contentType?: string): Promise<T[]> {
        checkText('key', key);
        const { toKVS, fromDataset: _, collectAllKeys = false, ...rest } = options ?? {};
        const store = await openStore(toKVS ?? null);
        const items = await this.export(rest);
        switch (contentType) {
            case undefined:
            case 'application/json':
                await store.setValue(key, items);
                return items;
            case 'text/csv':
                await store.setValue(key, itemsToCsv(items, collectAllKeys), { contentType });
                return items;
            default:
                throw invalid('contentType', contentType, "'application/json' or 'text/csv'");
        }
    }

    /** Writes all items to a key-value store as JSON. See {@link Dataset.exportTo}. */
    async exportToJSON(key: string, options?: DatasetExportOptions): Promise<void> {
        await this.exportTo(key, options, 'application/json');
    }

    /** Writes all items to a key-value store as CSV. See {@link Dataset.exportTo}. */
    async exportToCSV(key: string, options?: DatasetExportOptions): Promise<void> {
        await this.exportTo(key, options, 'text/csv');
    }

    /** Deletes the dataset and all its items. */
    async drop(): Promise<void> {
        await this.client.delete();
        closeStorage(this.#context, STORAGE_TYPE.kind, this.id, this.name);
    }

    #all(options: DatasetIteratorOptions): AsyncIterable<T> {
        return this.client.listItems({ ...options, chunkSize: PAGE_LIMIT });
    }
}

const STORAGE_TYPE: StorageType<RunContext, DatasetInfo, Dataset> = {
    kind: 'datasets',
    needsInfo: false,
    create: (context, id, info) => new Dataset(context, id, info?.name ?? undefined),
};

function itemsToCsv(items: readonly object[], collectAllKeys: boolean): string {
    const [first] = items;
    if (first === undefined) return '';
    const columns = collectAllKeys ? [...new Set(items.flatMap(Object.keys))] : Object.keys(first);
    return toCsv([columns, ...items.map((item) => columns.map((column) => (item as Item)[column]))]);
}

/**
 * Serializes rows as CSV: commas, quotes where needed, a line feed after each row. Objects become JSON, null becomes
 * empty.
 */
function toCsv(rows: readonly (readonly unknown[])[]): string {
    return rows.map((row) => `${row.map(toCell).join(',')}\n`).join('');
}

function toCell(value: unknown): string {
    const text = toText(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toText(value: unknown): string {
    if (value === null || value === undefined) return '';
    // True is 1 and false is empty, as in the platform's SDK and the files that it exports.
    if (typeof value === 'boolean') return value ? '1' : '';
    if (value instanceof Date) return String(value.getTime());
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
