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
import type { CheckName } from '../names.js';
import { StorageHandle } from '../storage-handle.js';

/** Number of items that are read together for statistics. */
const STATISTICS_PAGE = 10_000;
/** Maximum number of bytes to read from a file at a time, unless one item is larger. */
const MAX_READ_BYTES = 256 * 1024;

/** An append-only list of items. Items are stored as JSON texts and parsed when they are read. */
export class Dataset extends StorageHandle<DatasetData> {
    /**
     * Returns a copy of the dataset's metadata. `fields` are the top-level fields of a sample of the items; `cleanItemCount` is not
     * counted separately and equals `itemCount`.
     */
    info(): DatasetInfo {
        const { data } = this;
        const { count, bytes } = data.log;
        return {
            ...data.info(),
            itemCount: count,
            cleanItemCount: count,
            fields: [...data.fields],
            stats: {
                readCount: data.counter('readCount'),
                writeCount: data.counter('writeCount'),
                storageBytes: bytes,
            },
            itemsPublicUrl: `${data.context.publicBaseUrl}/v2/datasets/${this.id}/items`,
        };
    }
    get itemCount(): number {
        return this.data.log.count;
    }

    override update(fields: StorageUpdate, checkName?: CheckName): ReturnType<this['info']> {
        // A new schema must validate the items from now on, which rules out direct writes.
        if (fields?.schema !== undefined) this.revokeDirectWrites();
        return super.update(fields, checkName);
    }

    /**
     * Appends items, all or none. A string is the JSON text of an item or of an array of items.
     *
     * @throws `invalid-value` if a value is not an object or cannot be written as JSON, `request-too-large` above 9,437,184
     * bytes, `schema-validation-error` if an item does not match the schema.
     */
    push(items: Item | Item[] | string | string[]): void {
        this.data.assertUsable();
        this.pushTrusted(serializeItems(items));
    }

    /**
     * Appends items that need no parsing: JSON texts of one object each, without a line break. Only their size, their depth and the
     * schema are checked.
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

    /** Throws `schema-validation-error` if an item does not match the schema. */
    assertMatchesSchema(jsonTexts: readonly string[]): void {
        const validate = this.data.parsedSchema;
        if (validate !== undefined) validateItems(validate, jsonTexts);
    }

    /**
     * Calls a listener with the number of appended items after each append; for direct writes, after they are ingested. There is one
     * listener. Returns a function that removes it.
     */
    onAppend(listener: (count: number) => void): () => void {
        return this.data.onAppend(listener);
    }

    /**
     * Grants the Actor's thread direct writes, with the effect of {@link Dataset.pushTrusted}. There is one grant at a time. Returns
     * undefined if the storage does not support direct writes, or has a schema.
     *
     * @param byteCount - Minimum capacity in bytes, if possible.
     */
    grantDirectWrites(byteCount = 0): DirectWriteGrant | undefined {
        return this.data.grantDirectWrites(this.recordUsage, byteCount);
    }

    /** Ingests the items that have been written directly so far. Each other operation does it too, but then it may take longer. */
    ingest(): void {
        this.data.ingest();
    }

    /** Ingests the last direct writes and ends the grant. */
    revokeDirectWrites(): void {
        this.data.revokeDirectWrites();
    }

    /**
     * Returns one page of items; all items if there is no limit.
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
     * Returns items as a file, in chunks that are created as they are read. Items that are pushed in the meantime are not included.
     *
     * @throws `invalid-value` or `unknown-option` for bad options, and `invalid-value` if a table cannot hold the items: more
     * than 2000 columns, column names longer than 200 characters, or more rows than a sheet has.
     */
    async download(format: ItemsFormat, options?: DownloadOptions): Promise<ItemsStream> {
        const request = resolveDownload(format, options, this.data.schema);
        const { offset, limit, desc } = request.query;
        const total = this.data.log.count;
        const source = this.#createSource(request.query, total);
        const first = source.count > 0 ? await source.read(0) : [];
        if (format === 'json' && !request.bom && first.length === source.count) {
            // Shortcut for the most common case, which needs no exporter.
            const { projection } = request.query;
            const items = projection ? first.flatMap(projection) : first;
            const content = Buffer.from(`[${items.map((item) => JSON.stringify(item)).join(',\n')}]`);
            return { total, offset, limit, desc, count: items.length, content };
        }
        // Exporters are loaded on first use: most engines never export anything.
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
            label: this.data.metadata.name ?? this.id,
            link: `${this.data.context.publicBaseUrl}/v2/datasets/${this.id}/items`,
            count,
            read: async (from) => {
                const { desc, offset } = query;
                const range = resolveRange(query, offset + from, offset + count, total);
                const items = await this.#readRange(this.data.log.limitRange(range, MAX_READ_BYTES, desc), desc);
                // A table is read twice, first for its columns, but counts as read once.
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
            const problem =
                `item ${index}, line ${index + 1} of its \`items.jsonl\`, is not valid JSON. Read the other items with \`offset\` ` +
                'and `limit`';
            throw storageCorrupted('dataset', this.id, problem);
        }
    }

    async #readRange({ start, end }: ItemRange, isBackwards: boolean): Promise<Item[]> {
        const texts = start === end ? [] : await this.data.log.read(start, end);
        const items = texts.map((text, index) => this.#parse(text, start + index));
        return isBackwards ? items.toReversed() : items;
    }
}

/** Returns the positions of the items between two offsets in the order of the query. */
function resolveRange({ desc }: ItemsQuery, from: number, to: number, total: number): ItemRange {
    const start = Math.min(from, total);
    const end = Math.min(to, total);
    return desc ? { start: total - end, end: total - start } : { start, end };
}

/** Counts the top-level fields of items, as the platform does for the fields of a dataset schema. */
function countFields(statistics: DatasetStatistics, items: readonly Item[]): void {
    for (const item of items) {
        for (const [name, value] of Object.entries(item)) countValue(getOrAddField(statistics, name), value);
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

function countValue(field: FieldStatistics, value: unknown): void {
    if (value === null) field.nullCount += 1;
    else if (typeof value === 'number') {
        field.min = Math.min(field.min ?? value, value);
        field.max = Math.max(field.max ?? value, value);
    } else if (value === '' || (typeof value === 'object' && Object.keys(value).length === 0)) {
        field.emptyCount += 1;
    }
}
