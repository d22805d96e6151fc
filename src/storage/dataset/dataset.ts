import type {
    DatasetInfo,
    DatasetStatistics,
    DownloadOptions,
    FieldStatistics,
    Item,
    ItemsFormat,
    ItemsOptions,
    ItemsPage,
    StorageUpdate,
} from '../../model/api/storage.js';
import type { ItemsStream } from '../../model/streams.js';
import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import type { DatasetData } from './dataset-data.js';
import { resolveDownload } from './download-options.js';
import type { ItemsSource } from '../export/text-formats.js';
import { checkOptions } from '../../util/check.js';
import { checkJsonDepth } from '../../util/json/json.js';
import { validateItems } from './validate-items.js';
import { serializeItems } from './item-json.js';
import type { ItemRange } from './item-log.js';
import { ITEMS_OPTIONS, type ItemsQuery, resolveItemsOptions } from './project-items.js';
import { checkTotalSize } from '../size-limit.js';
import { storageCorrupted } from '../storage-metadata.js';
import { StorageHandle } from '../storage-handle.js';

/** So many items are looked at together. */
const STATISTICS_PAGE = 10_000;
/** So many bytes of a file are held at a time, or one item. */
const BYTES_AT_ONCE = 256 * 1024;

/** A list of items that only ever grows. Items are kept as JSON texts and parsed for whoever reads them. */
export class Dataset extends StorageHandle<DatasetData> {
    /**
     * A copy of what is known of the dataset. `fields` are the top-level fields of a sample of the items; `cleanItemCount`
     * is not counted apart, and equals `itemCount`.
     */
    info(): DatasetInfo {
        const contents = this.data;
        const { count: countValue, bytes } = contents.log;
        return {
            ...contents.info(),
            itemCount: countValue,
            cleanItemCount: countValue,
            fields: [...contents.fields],
            stats: {
                readCount: contents.counter('readCount'),
                writeCount: contents.counter('writeCount'),
                storageBytes: bytes,
            },
            itemsPublicUrl: `${contents.context.publicBaseUrl}/v2/datasets/${this.id}/items`,
        };
    }

    get itemCount(): number {
        return this.data.log.count;
    }

    override update(fields: StorageUpdate): ReturnType<this['info']> {
        // What comes from now on has to be looked at, maybe.
        if (fields?.schema !== undefined) this.revokeDirectWrites();
        return super.update(fields);
    }

    /**
     * Appends items, all or none. A string is the JSON text of an item or of an array of items.
     *
     * @throws `invalid-value` for what is not an object or cannot be JSON, `request-too-large` above 9,437,184 bytes,
     * `schema-validation-error` for items that are not as the schema says.
     */
    push(items: Item | Item[] | string | string[]): void {
        this.data.assertUsable();
        this.pushTrusted(serializeItems(items));
    }

    /**
     * Appends items that are known to be good: JSON texts of one object each, without a line break. Only their size and
     * depth are checked, and that they are as the schema says.
     *
     * @throws `request-too-large` above 9,437,184 bytes in all, `invalid-value` for more than 1000 levels in one item,
     * `schema-validation-error`.
     */
    pushTrusted(jsonTexts: readonly string[]): void {
        const log = this.data.log;
        if (jsonTexts.length === 0) return;
        checkTotalSize('The push', jsonTexts);
        for (const [index, text] of jsonTexts.entries()) checkJsonDepth(`items[${index}]`, text);
        this.assertMatchesSchema(jsonTexts);
        log.append(jsonTexts);
        this.data.countAppended(jsonTexts.length, this.recordUsage);
    }

    /** Refuses items that are not as the schema says: `schema-validation-error`. */
    assertMatchesSchema(jsonTexts: readonly string[]): void {
        const check = this.data.parsedSchema;
        if (check !== undefined) validateItems(check, jsonTexts);
    }

    /**
     * Tells one listener of items that have been appended, by their number; of those that come under a lease not before
     * they are taken in. Returns a function that ends the listening.
     */
    onAppend(listener: (count: number) => void): () => void {
        return this.data.onAppend(listener);
    }

    /**
     * Lends the Actor's thread a place to append items by itself, as {@link Dataset.pushTrusted} would. One at a time.
     * Undefined where the storage cannot do that.
     *
     * @param byteCount - The room that there is to be at least, if that can be.
     */
    grantDirectWrites(byteCount = 0): DirectWriteGrant | undefined {
        return this.data.grantDirectWrites(this.recordUsage, byteCount);
    }

    /** Takes in what has come under the lease up to now. It is done before anything else, too; but then it may be much at once. */
    ingest(): void {
        this.data.ingest();
    }

    /** Takes in what came under the lease, and ends it. */
    revokeDirectWrites(): void {
        this.data.revokeDirectWrites();
    }

    /**
     * Reads one page of items. Without a limit that is all of them.
     *
     * @throws `invalid-value` or `unknown-option` for bad options.
     */
    async list(options?: ItemsOptions): Promise<ItemsPage> {
        checkOptions('options', options, ITEMS_OPTIONS);
        const query = resolveItemsOptions(options, this.data.schema);
        const log = this.data.log;
        const total = log.count;
        const range = resolveRange(query, query.offset, query.offset + query.limit, total);
        const stored = await this.#readRange(range, query.desc);
        this.countRead('readCount', stored.length);
        const items = query.projection ? stored.flatMap(query.projection) : stored;
        return { total, offset: query.offset, limit: query.limit, count: items.length, desc: query.desc, items };
    }

    /**
     * Writes items as a file, in pieces that are made as they are taken. What is pushed meanwhile is not in it.
     *
     * @throws `invalid-value` or `unknown-option` for bad options, and `invalid-value` for what a table cannot hold: more
     * than 2000 columns, column names longer than 200 characters, or more rows than a sheet has.
     */
    async download(format: ItemsFormat, options?: DownloadOptions): Promise<ItemsStream> {
        const request = resolveDownload(format, options, this.data.schema);
        const { offset, limit, desc } = request.query;
        const total = this.data.log.count;
        const source = this.#createSource(request.query, total);
        const first = source.count > 0 ? await source.read(0) : [];
        if (format === 'json' && !request.bom && first.length === source.count) {
            // What most ask for, small and as it is, needs no exporter.
            const { projection: shape } = request.query;
            const items = shape ? first.flatMap(shape) : first;
            const content = Buffer.from(`[${items.map((item) => JSON.stringify(item)).join(',\n')}]`);
            return { total, offset, limit, desc, count: items.length, content };
        }
        // Exporters are loaded when first used: most engines never export anything.
        const { openItemsFile } = await import('../export/download.js');
        return { total, offset, limit, desc, ...(await openItemsFile(request, source, first)) };
    }

    /** Reads all items and counts their fields. */
    async statistics(): Promise<DatasetStatistics> {
        const statistics: DatasetStatistics = { fieldStatistics: {} };
        for (let offset = 0, total = 1; offset < total; offset += STATISTICS_PAGE) {
            const page = await this.list({ offset, limit: STATISTICS_PAGE });
            countFields(statistics, page.items);
            total = page.total;
        }
        return statistics;
    }

    #createSource(query: ItemsQuery, total: number): ItemsSource {
        const count = Math.max(0, Math.min(query.limit, total - query.offset));
        let counted = 0;
        return {
            id: this.id,
            label: this.data.document.name ?? this.id,
            link: `${this.data.context.publicBaseUrl}/v2/datasets/${this.id}/items`,
            count,
            read: async (from) => {
                const { desc, offset } = query;
                const range = resolveRange(query, offset + from, offset + count, total);
                const items = await this.#readRange(this.data.log.limitRange(range, BYTES_AT_ONCE, desc), desc);
                // A table is gone through twice, first for its columns; to whoever asked for it, it was read once.
                const end = from + items.length;
                if (end > counted) this.countRead('readCount', end - counted);
                counted = Math.max(counted, end);
                return items;
            },
        };
    }

    #parse(text: string, index: number): Item {
        try {
            return JSON.parse(text) as Item;
        } catch {
            const what =
                `item ${index}, line ${index + 1} of its \`items.jsonl\`, is not JSON. The others can be read by \`offset\` ` +
                'and `limit`';
            throw storageCorrupted('dataset', this.id, what);
        }
    }

    async #readRange({ start, end }: ItemRange, isBackwards: boolean): Promise<Item[]> {
        const texts = start === end ? [] : await this.data.log.read(start, end);
        const items = texts.map((text, index) => this.#parse(text, start + index));
        return isBackwards ? items.toReversed() : items;
    }
}

/** Where the items are that are the ones from that one up to that one, in the order of the query. */
function resolveRange({ desc }: ItemsQuery, from: number, to: number, total: number): ItemRange {
    const start = Math.min(from, total);
    const end = Math.min(to, total);
    return desc ? { start: total - end, end: total - start } : { start, end };
}

/** Counts the top-level fields of items, as the platform does for the fields of a dataset's schema. */
function countFields(statistics: DatasetStatistics, items: readonly Item[]): void {
    for (const item of items) {
        for (const [name, value] of Object.entries(item)) count(getOrAddField(statistics, name), value);
    }
}

function getOrAddField({ fieldStatistics }: DatasetStatistics, name: string): FieldStatistics {
    const known = Object.hasOwn(fieldStatistics, name) ? fieldStatistics[name] : undefined;
    if (known !== undefined) return known;
    const field: FieldStatistics = { nullCount: 0, emptyCount: 0 };
    // Defined and not assigned, since a field may be called `__proto__`.
    Object.defineProperty(fieldStatistics, name, {
        value: field,
        enumerable: true,
        writable: true,
        configurable: true,
    });
    return field;
}

function count(field: FieldStatistics, value: unknown): void {
    if (value === null) field.nullCount += 1;
    else if (typeof value === 'number') {
        field.min = Math.min(field.min ?? value, value);
        field.max = Math.max(field.max ?? value, value);
    } else if (value === '' || (typeof value === 'object' && Object.keys(value).length === 0)) {
        field.emptyCount += 1;
    }
}
