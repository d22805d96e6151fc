import { assertNever } from '../../util/assert-never.js';
import type { DownloadRequest } from '../download-options.js';
import { writeCsv } from './csv.js';
import { writeHtml } from './html.js';
import { type ItemsSource, readBatches } from './items-source.js';
import { writeJson } from './json.js';
import { writeJsonl } from './jsonl.js';
import { writeRss } from './rss.js';
import { collectColumns } from './table.js';
import { writeXlsx } from './xlsx.js';
import { writeXml } from './xml.js';

const BYTE_ORDER_MARK = '\uFEFF';

/** Writes items in a format, as chunks of a file. */
export async function* writeItems(request: DownloadRequest, source: ItemsSource): AsyncGenerator<Uint8Array> {
    if (request.format === 'xlsx') {
        const columns = await collectColumns(readAll(request, source), request.query.columns);
        yield* writeXlsx(readAll(request, source), columns);
        return;
    }
    if (request.bom) yield Buffer.from(BYTE_ORDER_MARK);
    for await (const text of await textOf(request, source)) yield Buffer.from(text);
}

async function textOf(request: DownloadRequest, source: ItemsSource): Promise<AsyncIterable<string>> {
    const batches = readAll(request, source);
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
            return writeCsv(readAll(request, source), await collectColumns(batches, request.query.columns), request);
        case 'html':
            return writeHtml(
                readAll(request, source),
                await collectColumns(batches, request.query.columns),
                source.label,
            );
        case 'xlsx':
            throw new TypeError('A workbook is not text. This is a bug in greenroom.');
        default:
            return assertNever(request.format);
    }
}

function readAll(request: DownloadRequest, source: ItemsSource): ReturnType<typeof readBatches> {
    return readBatches(source, request.query.shape);
}
