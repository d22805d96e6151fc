import { wholeNumber, type OptionsOf } from '../command.js';
import { defineDataCommand, type Result } from '../data-command.js';
import { extname, resolve } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { didYouMean, show } from '../../util/check.js';
import { isJsonObject, parseJson as tryJson } from '../../util/json/json.js';
import { apiPath } from '../backend/api.js';
import { findStorage, DATASET } from '../backend/resolve.js';
import { usageError } from '../errors.js';
import { parseJson, readValue } from '../input.js';
import { inBatches } from '../ui/progress.js';
import { printBody, saveBody } from '../ui/response-body.js';
import { formatItems } from '../ui/table.js';
import { formatCount, formatInteger } from '../ui/units.js';
import { createStorageCommands, describeArgument } from './storage-commands.js';
import type { Item } from '../../model/api/storage.js';
import type { Cli } from '../cli.js';

const FILE_FORMATS = ['json', 'jsonl', 'csv', 'xlsx', 'html', 'xml', 'rss'];
const FORMATS = ['table', ...FILE_FORMATS];
/** Default number of items in a table. */
const TABLE_LIMIT = 20;
/** Below the platform's limit of 9 MB; a larger item is pushed alone and refused there. */
const MAX_BATCH_BYTES = 4 * 1024 ** 2;

/** Options of `dataset items`, mostly named as the API's parameters. */
const ITEM_OPTIONS = {
    '--format <FORMAT>': [
        'output format (default: by the extension of --output; else table on a terminal, json in a pipe)',
        FORMATS,
    ],
    '-o, --output <FILE>': 'write to a file',
    '-n, --limit <N>': ['maximum number of items (default: all; 20 in a table)', wholeNumber(1)],
    '--offset <N>': ['skip the first N', wholeNumber(0)],
    '--desc': 'newest first',
    '--fields <A,B>': 'only these fields, in this order',
    '--omit <A,B>': 'without these fields',
    '--unwind <A,B>': 'one row for each entry of an array in these fields',
    '--flatten <A,B>': 'turn objects in these fields into `a.b`',
    '--clean': 'without empty items and hidden fields (#…)',
    '--skip-empty': 'without empty items',
    '--skip-hidden': 'without hidden fields (#…)',
    '--view <NAME>': "use a view of the dataset's schema",
    '--delimiter <C>': 'separator of CSV values (default: ",")',
    '--bom': 'start with a byte order mark',
    '--skip-header-row': 'CSV without the row of names',
    '--xml-root <NAME>': 'root element of XML (default: "items")',
    '--xml-row <NAME>': 'element of each item in XML (default: "item")',
} as const;

const items = defineDataCommand({
    aliases: ['get-items'],
    description: 'Print the items of a dataset, or write them to a file',
    args: { '<dataset>': describeArgument(DATASET) },
    options: ITEM_OPTIONS,
    examples: {
        'greenroom dataset items last': 'The items of the latest run, as a table on a terminal',
        'greenroom dataset items products --output products.xlsx': 'Write a spreadsheet',
        'greenroom dataset items products --fields sku,price --format csv': 'Two fields as CSV',
        'greenroom dataset items products --format jsonl | head -3': 'The first three items',
    },
    run(cli, options, dataset: string) {
        const format = resolveFormat(cli, options);
        const { json: _, storage: _1, url: _2, token: _3, format: _4, output, ...query } = options;
        return async (api) => {
            const { id } = await findStorage(api, DATASET, dataset);
            const path = apiPath('datasets', id, 'items');
            if (format === 'table') {
                const response = await api.request('GET', path, {
                    query: { limit: TABLE_LIMIT, ...query, bom: undefined },
                });
                return createItemsTable(cli, (await response.json()) as Item[], response.headers);
            }
            const response = await api.request('GET', path, { query: { bom: false, ...query, format } });
            const count = formatCount(readCount(response.headers, 'count'), 'item');
            if (output !== undefined) return saveBody(cli, response, resolve(cli.cwd, output), count);
            return printBody(cli, response, '--output items.xlsx', true);
        };
    },
});

const push = defineDataCommand({
    aliases: ['push-items'],
    description: 'Add items to a dataset: a JSON object, an array of objects, or JSON Lines',
    args: { '<dataset>': describeArgument(DATASET), '[items]': 'items as JSON (default: stdin)' },
    options: { '-f, --file <FILE>': 'read the items from a file (- = stdin)' },
    examples: {
        [`greenroom dataset push products '{ "sku": "a" }'`]: 'One item',
        'greenroom dataset push products --file items.json': 'The items of a file',
        'greenroom dataset items last | greenroom dataset push products': 'The items of another dataset',
    },
    async run(cli, { file }, dataset: string, argument?: string) {
        const { bytes, source } = await readValue(cli, 'items', argument, file);
        // All items are checked before the first is stored: a large input needs several requests.
        const items = parseItems(bytes.toString(), source);
        return async (api) => {
            const { id, name } = await findStorage(api, DATASET, dataset);
            const describe = (done: number): string => `${done} of ${items.length} items pushed`;
            await inBatches(cli.err, splitBatches(items), describe, async (batch) => {
                await api.post(apiPath('datasets', id, 'items'), { body: `[${batch.join(',')}]` });
            });
            const text = `Pushed ${formatCount(items.length, 'item')} to the dataset ${name ?? id}.`;
            return { json: { datasetId: id, pushed: items.length }, text };
        };
    },
});

export const commands = { dataset: { commands: { ...createStorageCommands(DATASET), items, push } } };

function createItemsTable({ out }: Cli, items: readonly Item[], headers: Headers): Result {
    const total = readCount(headers, 'total');
    const offset = readCount(headers, 'offset');
    const end = offset + items.length;
    const more = end < total ? ` See more with --offset ${end} or --limit N; all with --format json.` : '';
    const range = `Items ${offset + 1} to ${end} of ${formatInteger(total)}.${more}`;
    const none = total === 0 ? 'The dataset is empty.' : `The dataset has only ${formatCount(total, 'item')}.`;
    const note = items.length === 0 ? none : total > items.length ? range : undefined;
    return { json: items, text: () => formatItems(out, items), note };
}

function readCount(headers: Headers, name: 'total' | 'offset' | 'count'): number {
    return Number(headers.get(`x-apify-pagination-${name}`) ?? 0);
}

/** Resolves the output format: the requested one, that of the file extension, or a table on a terminal. */
function resolveFormat(
    { out }: Cli,
    { json, format, output }: OptionsOf<typeof ITEM_OPTIONS> & { readonly json?: boolean },
): string {
    if (json && format !== undefined && format !== 'json')
        throw usageError(`--json and --format ${format} cannot be combined. Leave one of them out.`);
    if (json) return 'json';
    if (format === 'table' && output !== undefined)
        throw usageError('A table cannot be written to a file. Leave --output out, or choose another format.');
    if (format !== undefined) return format;
    if (output === undefined) return out.isInteractive ? 'table' : 'json';
    const extension = extname(output).slice(1).toLowerCase();
    if (FILE_FORMATS.includes(extension)) return extension;
    const hint = didYouMean(extension, FILE_FORMATS);
    throw usageError(
        `The file name '${output}' has no extension of a format. Pass --format, one of ${FILE_FORMATS.join(', ')}.${hint}`,
    );
}

/**
 * Parses items: a JSON object, an array of objects, or JSON Lines. JSON Lines have more than one line, and an object on the first.
 *
 * @param source - Their origin, for messages: `items.json`.
 * @throws EngineError `invalid-value` for an item that is not an object, with its position.
 */
export function parseItems(text: string, source: string): readonly unknown[] {
    const items = parseValues(text, source);
    const index = items.findIndex((item) => !isJsonObject(item));
    if (index === -1) return items;
    const message = `Item ${index + 1} of ${source} is ${show(items[index])}, but must be a JSON object, such as {}.`;
    throw new EngineError('invalid-value', message, { details: { index } });
}

function parseValues(text: string, source: string): readonly unknown[] {
    const lines = text
        .replace(/^\uFEFF/, '')
        .trim()
        .split('\n');
    const isJsonLines = lines.length > 1 && isJsonObject(tryJson(lines[0]!));
    if (!isJsonLines) return [parseJson(lines.join('\n'), source)].flat();
    return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseJson(line, source, index + 1)]));
}

/** Splits items, as JSON texts, into batches that are small enough for one push. */
export function splitBatches(items: readonly unknown[]): string[][] {
    const batches: string[][] = [];
    let size = Number.POSITIVE_INFINITY;
    for (const text of items.map((item) => JSON.stringify(item))) {
        const bytes = Buffer.byteLength(text) + 1;
        if (size + bytes > MAX_BATCH_BYTES) {
            batches.push([]);
            size = 0;
        }
        batches.at(-1)!.push(text);
        size += bytes;
    }
    return batches;
}
