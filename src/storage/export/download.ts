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

/** Items as a file. */
export interface ItemsFile {
    /** How many items are in it. */
    count: number;
    content: Content;
}

/** What has to be known of all items before the first of them is written. */
interface ItemsSummary {
    count: number;
    columns: readonly string[];
}

/**
 * Writes items in a format. Whatever is wrong with the items as a whole is found before there is anything of the file: a
 * table goes through them twice.
 *
 * @param first - The items that have been read already, from the first one on.
 * @throws `invalid-value` for what a table cannot hold.
 */
export async function openItemsFile(request: DownloadRequest, stored: ItemsSource, first: Item[]): Promise<ItemsFile> {
    const isSmall = first.length === stored.count;
    const source = isSmall ? { ...stored, read: async () => first } : stored;
    const survey = await summarize(request, source);
    if (request.format === 'xlsx') checkRowCount(survey.count);
    const pieces = writeItems(request, source, survey.columns);
    return { count: survey.count, content: isSmall ? await joinChunks(pieces) : pieces };
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

/** Reads all items, some at a time and shaped. Tables go through them twice: once for the columns, once for the rows. */
async function* readBatches(source: ItemsSource, shape: ItemProjection | undefined): AsyncGenerator<Item[]> {
    for (let start = 0; start < source.count;) {
        // A reader that takes all of them without a pause must yield to other work.
        if (start > 0) await setImmediate();
        const stored = await source.read(start);
        start += stored.length;
        const items = shape ? stored.flatMap(shape) : stored;
        if (items.length > 0) yield items;
    }
}
