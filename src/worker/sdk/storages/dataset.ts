import { checkOptions, checkText, invalid } from '../../../util/check.js';
import { currentContext, type RunContext } from '../context.js';
import { openStore } from './key-value-store.js';
import { pushData } from './push-data.js';
import { closeStorage, openStorage, type StorageIdentifier, type StorageType } from './open-storage.js';
import type { DatasetClient } from '../../../model/client/storage.js';
import type { PagedList } from '../../../model/api/page.js';
import type { DatasetInfo, Item, ItemsOptions, ItemsPage } from '../../../model/api/storage.js';

/** How to walk over the items. */
export type DatasetIteratorOptions = Omit<ItemsOptions, 'signature'>;

/** Where an export goes. */
export interface DatasetExportOptions extends DatasetIteratorOptions {
    /** Id or name of the key-value store. Default: the run's default one. */
    toKVS?: string;
    /** Id or name of the dataset, for the static methods. Default: the run's default one. */
    fromDataset?: string;
    /** Columns for the fields of all items, not only those of the first one. */
    collectAllKeys?: boolean;
}

const PAGE_LIMIT = 10_000;

/** Items in the order in which they were pushed. */
export class Dataset<T extends object = Item> {
    readonly id: string;
    readonly name: string | undefined;
    readonly client: DatasetClient<T>;
    readonly #context: RunContext;

    /** Use {@link Dataset.open}. */
    constructor(context: RunContext, id: string, name?: string) {
        this.id = id;
        this.name = name;
        this.client = context.client.dataset<T>(id);
        this.#context = context;
    }

    /** Opens a dataset by id or name, or the run's default one. A new name makes a new dataset. */
    static async open<T extends object = Item>(
        idOrName?: StorageIdentifier | null,
        options?: object,
    ): Promise<Dataset<T>> {
        checkOptions('Dataset.open()', options, ['forceCloud', 'config', 'storageClient']);
        return (await openStorage(currentContext(), idOrName, STORAGE_TYPE)) as unknown as Dataset<T>;
    }

    static async pushData(items: object | object[]): Promise<void> {
        await (await Dataset.open()).pushData(items as Item);
    }

    static async getData<T extends object = Item>(options?: ItemsOptions): Promise<ItemsPage<T>> {
        return (await Dataset.open<T>()).getData(options);
    }

    static async exportToJSON(key: string, options: DatasetExportOptions = {}): Promise<void> {
        await (await Dataset.open(options.fromDataset)).exportToJSON(key, options);
    }

    static async exportToCSV(key: string, options: DatasetExportOptions = {}): Promise<void> {
        await (await Dataset.open(options.fromDataset)).exportToCSV(key, options);
    }

    /**
     * Appends one item or several, in their order; too many for one push are sent as several. Where each costs something,
     * only as many as fit into what the run may cost.
     *
     * @throws {@link EngineError} `invalid-value` for what is no object or cannot be written as JSON.
     */
    async pushData(items: T | T[]): Promise<void> {
        await pushData({ context: this.#context, datasetId: this.id, items });
    }

    async getData(options?: ItemsOptions): Promise<ItemsPage<T>> {
        return this.client.listItems(options);
    }

    /** All items, to be awaited or iterated over. */
    values(options?: ItemsOptions): PagedList<T, ItemsPage<T>> {
        return this.client.listItems(options);
    }

    async *[Symbol.asyncIterator](): AsyncGenerator<T> {
        yield* this.#all({});
    }

    async getInfo(): Promise<DatasetInfo | undefined> {
        return this.client.get();
    }

    /** Calls the function for each item, one after the other. */
    async forEach(
        iteratee: (item: T, index: number) => unknown,
        options: DatasetIteratorOptions & { format?: string } = {},
        index = 0,
    ): Promise<void> {
        const { format, ...rest } = options;
        if (format !== undefined && format !== 'json')
            throw invalid('options.format', format, "'json'", 'Leave it out.');
        let at = index;
        for await (const item of this.#all(rest)) await iteratee(item, at++);
    }

    async map<R>(iteratee: (item: T, index: number) => R | Promise<R>, options?: DatasetIteratorOptions): Promise<R[]> {
        const results: R[] = [];
        await this.forEach(async (item, index) => results.push(await iteratee(item, index)), options);
        return results;
    }

    /** As `Array.prototype.reduce`: without a first memo, that is the first item. */
    async reduce<R = T>(
        iteratee: (memo: R, item: T, index: number) => R | Promise<R>,
        memo?: R,
        options?: DatasetIteratorOptions,
    ): Promise<R | undefined> {
        let result = memo;
        await this.forEach(async (item, index) => {
            result =
                index === 0 && result === undefined ? (item as unknown as R) : await iteratee(result as R, item, index);
        }, options);
        return result;
    }

    /** All items as one array. */
    async export(options: DatasetIteratorOptions = {}): Promise<T[]> {
        const items: T[] = [];
        await this.forEach((item) => items.push(item), options);
        return items;
    }

    /** Writes all items to a key-value store, as JSON or CSV; returns them. */
    async exportTo(key: string, options: DatasetExportOptions = {}, contentType = 'application/json'): Promise<T[]> {
        checkText('key', key);
        const { toKVS, fromDataset: _, collectAllKeys = false, ...rest } = options;
        const store = await openStore(toKVS ?? null);
        const items = await this.export(rest);
        switch (contentType) {
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

    async exportToJSON(key: string, options?: DatasetExportOptions): Promise<void> {
        await this.exportTo(key, options, 'application/json');
    }

    async exportToCSV(key: string, options?: DatasetExportOptions): Promise<void> {
        await this.exportTo(key, options, 'text/csv');
    }

    /** Deletes the dataset with all its items. */
    async drop(): Promise<void> {
        await this.client.delete();
        closeStorage(this.#context, STORAGE_TYPE.kind, this.id, this.name);
    }

    #all(options: DatasetIteratorOptions): AsyncIterable<T> {
        return this.client.listItems({ ...options, chunkSize: PAGE_LIMIT });
    }
}

const STORAGE_TYPE: StorageType<DatasetInfo, Dataset> = {
    kind: 'datasets',
    needsInfo: false,
    create: (context, id, info) => new Dataset(context, id, info?.name),
};

function itemsToCsv(items: readonly object[], collectAllKeys: boolean): string {
    const [first] = items;
    if (first === undefined) return '';
    const columns = collectAllKeys ? [...new Set(items.flatMap(Object.keys))] : Object.keys(first);
    return toCsv([columns, ...items.map((item) => columns.map((column) => (item as Item)[column]))]);
}

/** Writes rows as CSV: comma, quotes where needed, a line feed after each row. Objects become JSON, null becomes nothing. */
function toCsv(rows: readonly (readonly unknown[])[]): string {
    return rows.map((row) => `${row.map(toCell).join(',')}\n`).join('');
}

function toCell(value: unknown): string {
    const text = toText(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toText(value: unknown): string {
    if (value === null || value === undefined) return '';
    // True is 1 and false is nothing: so the platform's SDK has it, and so do the files that people compare with.
    if (typeof value === 'boolean') return value ? '1' : '';
    if (value instanceof Date) return String(value.getTime());
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
