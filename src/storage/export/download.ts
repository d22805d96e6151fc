import type { Item } from '../../model/storage.js';
import type { Content } from '../../model/streams.js';
import { assertNever } from '../../util/assert-never.js';
import type { DownloadRequest } from '../download-options.js';
import { joinPieces } from '../pieces.js';
import { writeCsv } from './csv.js';
import { writeHtml } from './html.js';
import { type ItemsSource, readBatches } from './items-source.js';
import { writeJson } from './json.js';
import { writeJsonl } from './jsonl.js';
import { writeRss } from './rss.js';
import { collectColumns } from './table.js';
import { checkRowCount, writeXlsx } from './xlsx.js';
import { writeXml } from './xml.js';

const BYTE_ORDER_MARK = '\uFEFF';
const TABLES: readonly string[] = ['csv', 'html', 'xlsx'];

/** Items as a file. */
export interface ItemsFile {
    /** How many items are in it. */
    count: number;
    content: Content;
}

/** What has to be known of all items before the first of them is written. */
interface Survey {
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
    const survey = await takeSurvey(request, source);
    if (request.format === 'xlsx') checkRowCount(survey.count);
    const pieces = writeItems(request, source, survey.columns);
    return { count: survey.count, content: isSmall ? await joinPieces(pieces) : pieces };
}

async function takeSurvey(request: DownloadRequest, source: ItemsSource): Promise<Survey> {
    const { format, query } = request;
    const isTable = TABLES.includes(format);
    if (!isTable && query.keepsCount) return { count: source.count, columns: [] };
    let count = 0;
    const counted = async function* (): AsyncGenerator<Item[]> {
        for await (const items of readBatches(source, query.shape)) {
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
    const batches = readBatches(source, request.query.shape);
    if (request.format === 'xlsx') {
        yield* writeXlsx(batches, columns);
        return;
    }
    if (request.bom) yield Buffer.from(BYTE_ORDER_MARK);
    for await (const text of textOf(request, source, batches, columns)) yield Buffer.from(text);
}

function textOf(
    request: DownloadRequest,
    source: ItemsSource,
    batches: AsyncIterable<Item[]>,
    columns: readonly string[],
): AsyncIterable<string> {
    switch (request.format) {
        case 'json':
            return writeJson(batches);
        case 'jsonl':
            return writeJsonl(batches);
        case 'xml':
            return writeXml(batches, request.xmlRoot, request.xmlRow);
        case 'rss':
            return writeRss(batches, source, request);
        case 'csv':
            return writeCsv(batches, columns, request);
        case 'html':
            return writeHtml(batches, columns, source.label);
        case 'xlsx':
            throw new TypeError('A workbook is not text. This is a bug in greenroom.');
        default:
            return assertNever(request.format);
    }
}
