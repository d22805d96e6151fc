import { wholeNumber, type DataOptions, type Command } from '../command.js';
import { extname, resolve } from 'node:path';
import { didYouMean, show } from '../../util/check.js';
import { isJsonObject } from '../../registry/json-file.js';
import { EngineError } from '../../errors/engine-error.js';
import { apiPath, type ApiQuery } from '../engine/api.js';
import { withApi } from '../engine/connect.js';
import { findStorage } from '../engine/resolve.js';
import { DATASET } from '../engine/storage-kinds.js';
import { badUsage } from '../errors.js';
import { parseJson, readGivenValue } from '../input.js';
import { printNote, printResult } from '../output/lists.js';
import { StatusLine } from '../output/progress.js';
import { printBody, saveBody } from '../output/response-body.js';
import { formatItems } from '../output/table.js';
import { formatCount, formatWhole } from '../output/units.js';
import { addStorageCommands, storageArgument } from './storage-commands.js';
import type { Item } from '../../model/storage.js';
import type { Cli } from '../cli.js';

const FILE_FORMATS = ['json', 'jsonl', 'csv', 'xlsx', 'html', 'xml', 'rss'];
const FORMATS = ['table', ...FILE_FORMATS];
/** Items of a table unless `--limit` is given. */
const TABLE_LIMIT = 20;
/** Below the platform's limit of 9 MB; a larger item is pushed alone and refused there. */
const MAX_BATCH_BYTES = 4 * 1024 ** 2;

/** The commands of this module. */
export const commands = { dataset };

/** `greenroom dataset …` */
function dataset(group: Command, cli: Cli): void {
    addStorageCommands(group, cli, DATASET);
    const items = group
        .command('items')
        .alias('get-items')
        .description('Print the items of a dataset, or write them to a file')
        .argument(...storageArgument(DATASET))
        .action((reference: string, options: ItemsOptions) => printItems(cli, reference, options));
    addItemOptions(items);
    items
        .dataOptions()
        .examples(
            ['greenroom dataset items last', 'Those of the latest run, as a table'],
            ['greenroom dataset items products --output products.xlsx', 'As a spreadsheet'],
            ['greenroom dataset items products --fields sku,price --format csv', 'Two fields as CSV'],
            ['greenroom dataset items products --format jsonl | head -3', 'The first three'],
        );
    group
        .command('push')
        .alias('push-items')
        .description('Add items to a dataset: a JSON object, an array of objects, or JSON Lines')
        .argument(...storageArgument(DATASET))
        .argument('[items]', 'items; default: stdin')
        .option('-f, --file <FILE>', 'read the items from a file; - is stdin')
        .action((reference: string, argument: string | undefined, options: PushOptions) =>
            pushItems(cli, reference, argument, options),
        )
        .dataOptions()
        .examples(
            [`greenroom dataset push products '{ "sku": "a" }'`, 'One item'],
            ['greenroom dataset push products --file items.json', 'Those of a file'],
            ['greenroom dataset items last | greenroom dataset push products', 'Those of another dataset'],
        );
}

function addItemOptions(command: Command): void {
    const format = 'output format (default: by the extension of --output; else table on a terminal, json in a pipe)';
    command
        .choice('--format <FORMAT>', format, FORMATS)
        .option('-o, --output <FILE>', 'write to a file')
        .option('-n, --limit <N>', 'maximum number of items (default: all; 20 in a table)', wholeNumber(1))
        .option('--offset <N>', 'skip the first N', wholeNumber(0))
        .option('--desc', 'newest first')
        .option('--fields <A,B>', 'only these fields, in this order')
        .option('--omit <A,B>', 'without these fields')
        .option('--unwind <A,B>', 'one row for each entry of an array in these fields')
        .option('--flatten <A,B>', 'turn objects in these fields into `a.b`')
        .option('--clean', 'without empty items and hidden fields (#…)')
        .option('--skip-empty', 'without empty items')
        .option('--skip-hidden', 'without hidden fields (#…)')
        .option('--view <NAME>', "use a view of the dataset's schema")
        .option('--delimiter <C>', 'separator of CSV values (default: ",")')
        .option('--bom', 'start with a byte order mark')
        .option('--skip-header-row', 'CSV without the row of names')
        .option('--xml-root <NAME>', 'root element of XML (default: "items")')
        .option('--xml-row <NAME>', 'element of each item in XML (default: "item")');
}

/** The options of items, most of them named as the API's parameters. */
interface ItemsOptions extends DataOptions {
    readonly format?: string;
    readonly output?: string;
    readonly limit?: number;
    readonly offset?: number;
    readonly bom?: boolean;
}

async function printItems(cli: Cli, reference: string, options: ItemsOptions): Promise<void> {
    const format = formatOf(cli, options);
    const { json: _, storage: _1, url: _2, token: _3, format: _4, output, limit, bom = false, ...more } = options;
    await withApi(cli, options, async (api) => {
        const { id } = await findStorage(api, DATASET, reference);
        const path = apiPath('datasets', id, 'items');
        const query: ApiQuery = { ...more, bom, limit: limit ?? (format === 'table' ? TABLE_LIMIT : undefined) };
        if (format === 'table') {
            const response = await api.request('GET', path, { query: { ...query, bom: undefined } });
            return printItemsTable(cli, (await response.json()) as Item[], response.headers);
        }
        const response = await api.request('GET', path, { query: { ...query, format } });
        const isBinary = format === 'xlsx';
        if (output === undefined)
            return printBody(cli, response, { isBinary, advice: '--output items.xlsx', endsLine: !isBinary });
        const count = formatCount(readCount(response.headers, 'count'), 'item');
        return saveBody(cli, response, resolve(cli.cwd, output), count);
    });
}

async function printItemsTable(cli: Cli, items: readonly Item[], headers: Headers): Promise<void> {
    const { out } = cli.terminal;
    const total = readCount(headers, 'total');
    const offset = readCount(headers, 'offset');
    if (items.length === 0)
        return printNote(
            cli,
            total === 0 ? 'The dataset is empty.' : `The dataset has only ${formatCount(total, 'item')}.`,
        );
    for (const line of await formatItems(out, items)) out.line(line);
    if (total <= items.length) return;
    const end = offset + items.length;
    const more = end < total ? ` See more with --offset ${end} or --limit N; all with --format json.` : '';
    printNote(cli, `Items ${offset + 1} to ${end} of ${formatWhole(total)}.${more}`);
}

function readCount(headers: Headers, name: 'total' | 'offset' | 'count'): number {
    return Number(headers.get(`x-apify-pagination-${name}`) ?? 0);
}

/** Returns the format that was asked for, or that of the file's name; else a table on a terminal. */
function formatOf({ terminal }: Cli, { json, format, output }: ItemsOptions): string {
    if (json && format !== undefined && format !== 'json')
        throw badUsage(`--json and --format ${format} are two formats.`);
    if (json) return 'json';
    if (format === 'table' && output !== undefined)
        throw badUsage('A table is for the terminal. Leave --output out, or choose another format.');
    if (format !== undefined) return format;
    if (output === undefined) return terminal.out.isInteractive ? 'table' : 'json';
    const extension = extname(output).slice(1).toLowerCase();
    if (FILE_FORMATS.includes(extension)) return extension;
    const hint = didYouMean(extension, FILE_FORMATS);
    throw badUsage(
        `The extension of '${output}' is not a format. Give --format, one of ${FILE_FORMATS.join(', ')}.${hint}`,
    );
}

interface PushOptions extends DataOptions {
    readonly file?: string;
}

async function pushItems(
    cli: Cli,
    reference: string,
    argument: string | undefined,
    options: PushOptions,
): Promise<void> {
    const { err } = cli.terminal;
    const { bytes, source } = await readGivenValue(cli, { argument, file: options.file, what: 'the items' });
    // All are parsed before one is stored.
    const items = parseItems(bytes.toString(), source);
    await withApi(cli, options, async (api) => {
        const { id, name } = await findStorage(api, DATASET, reference);
        const status = new StatusLine(err);
        let done = 0;
        try {
            for (const batch of batchesOf(items)) {
                await api.post(apiPath('datasets', id, 'items'), { body: `[${batch.join(',')}]` });
                done += batch.length;
                status.update(() => `${done} of ${items.length} items pushed`);
            }
        } catch (error) {
            if (done > 0) err.line(`${done} of ${items.length} items were pushed before the error.`);
            throw error;
        } finally {
            status.clear();
        }
        const sentence = `Pushed ${formatCount(items.length, 'item')} to the dataset ${name ?? id}.`;
        printResult(cli, options, { datasetId: id, pushed: items.length }, sentence);
    });
}

/**
 * Parses items: one JSON object, an array of objects, or JSON Lines.
 *
 * @param source - Their origin, for messages: `items.json`.
 * @throws EngineError `invalid-value`, with the position of a value that is not an object.
 */
export function parseItems(text: string, source: string): Item[] {
    const clean = text.replace(/^\uFEFF/, '').trim();
    const parsed = isJsonLines(clean) ? parseJsonLines(clean, source) : parseJson(clean, source);
    const items: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    for (const [index, item] of items.entries()) {
        if (isJsonObject(item)) continue;
        const message = `${source}: item ${index + 1} is ${show(item)}, but must be a JSON object, in {}.`;
        throw new EngineError('invalid-value', message, { details: { index } });
    }
    return items as Item[];
}

/** True if the first line is a whole object with something after it. */
function isJsonLines(text: string): boolean {
    const [first = '', ...rest] = text.split('\n');
    if (!first.startsWith('{') || rest.length === 0) return false;
    try {
        JSON.parse(first);
        return true;
    } catch {
        return false;
    }
}

function parseJsonLines(text: string, source: string): unknown[] {
    return text.split('\n').flatMap((line, index) => {
        if (line.trim() === '') return [];
        return [parseJson(line, `Line ${index + 1} of ${source.replace(/^The /, 'the ')}`)];
    });
}

/** Groups items, as JSON texts, into batches that are small enough for one push. */
export function* batchesOf(items: readonly Item[]): Generator<readonly string[]> {
    let batch: string[] = [];
    let size = 0;
    for (const text of items.map((item) => JSON.stringify(item))) {
        const bytes = Buffer.byteLength(text) + 1;
        if (batch.length > 0 && size + bytes > MAX_BATCH_BYTES) {
            yield batch;
            batch = [];
            size = 0;
        }
        batch.push(text);
        size += bytes;
    }
    if (batch.length > 0) yield batch;
}
