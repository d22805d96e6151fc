import { setImmediate } from 'node:timers/promises';
import type { Item } from '../../model/api/storage.js';
import type { Content } from '../../model/streams.js';
import type { DownloadRequest } from '../dataset/download-options.js';
import { joinChunks } from '../chunks.js';
import type { ItemProjection } from '../dataset/project-items.js';
import { collectColumns } from './table.js';
import { TEXT_FORMATS, writeText, type ItemsSource } from './text-formats.js';
import { checkRowCount, writeXlsx } from './xlsx.js';

const BYTE_ORDER_MARK = '\uFEFF';
const TABLE_FORMATS: readonly string[] = ['csv', 'html', 'xlsx'];

/** Items in a file format. */
export interface ItemsFile {
    /** Number of items in the file. */
    count: number;
    content: Content;
}

/** Facts about all items that are needed before the first item is written. */
interface ItemsSummary {
    count: number;
    columns: readonly string[];
}

/**
 * Writes items in a format. Problems of the items as a whole are found before the file starts, so a table reads all items twice.
 *
 * @param first - The first items, which have already been read.
 * @throws `invalid-value` if a table cannot hold the items.
 */
export async function openItemsFile(request: DownloadRequest, stored: ItemsSource, first: Item[]): Promise<ItemsFile> {
    const isSmall = first.length === stored.count;
    const source = isSmall ? { ...stored, read: async () => first } : stored;
    const { count, columns } = await summarize(request, source);
    if (request.format === 'xlsx') checkRowCount(count);
    const chunks = writeItems(request, source, columns);
    return { count, content: isSmall ? await joinChunks(chunks) : chunks };
}

async function summarize(request: DownloadRequest, source: ItemsSource): Promise<ItemsSummary> {
    const { format, query } = request;
    const isTable = TABLE_FORMATS.includes(format);
    if (!isTable && query.preservesCount) return { count: source.count, columns: [] };
    let count = 0;
    const counted = async function* (): AsyncGenerator<Item[]> {
        for await (const items of readBatches(source, query.projection)) {
            count += items.length;
            if (isTable) yield items;
        }
    };
    const columns = await collectColumns(counted(), query.columns);
    return { count, columns };
}

async function* writeItems(
    request: DownloadRequest,
    source: ItemsSource,
    columns: readonly string[],
): AsyncGenerator<Uint8Array> {
    const batches = readBatches(source, request.query.projection);
    if (request.format === 'xlsx') {
        yield* writeXlsx(batches, columns);
        return;
    }
    if (request.bom) yield Buffer.from(BYTE_ORDER_MARK);
    const format = TEXT_FORMATS[request.format](request, source, columns);
    for await (const text of writeText(format, batches)) yield Buffer.from(text);
}

/** Yields all items in batches, projected. Tables read them twice: first for the columns, then for the rows. */
async function* readBatches(source: ItemsSource, projection: ItemProjection | undefined): AsyncGenerator<Item[]> {
    for (let start = 0; start < source.count;) {
        // Lets other work run, since the consumer may read all batches without a pause.
        if (start > 0) await setImmediate();
        const stored = await source.read(start);
        start += stored.length;
        const items = projection ? stored.flatMap(projection) : stored;
        if (items.length > 0) yield items;
    }
}
