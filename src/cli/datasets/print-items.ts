import { extname, resolve } from 'node:path';
import { didYouMean } from '../../util/check.js';
import { withApi } from '../api/with-api.js';
import { findStorage } from '../find/find-storage.js';
import { pathOf } from '../find/path-of.js';
import { saveBody } from '../save-body.js';
import { DATASET_KIND } from '../storages/storage-kind.js';
import { formatCount } from '../terminal/units.js';
import { writeBody } from '../write-body.js';
import { ITEM_FORMATS } from './item-formats.js';
import { readItemOptions } from './item-options.js';
import { showItems } from './show-items.js';
import type { Item } from '../../model/storage.js';
import type { CommandAction, CommandCall } from '../command.js';

/** So many items are in a table unless somebody says otherwise. */
const TABLE_LIMIT = 20;

/** `dataset items`. */
export const printItems: CommandAction = (call) => {
    const { words, cwd } = call;
    const format = formatOf(call);
    const query = readItemOptions(words);
    return withApi(call, async (api) => {
        const { id } = await findStorage(api, DATASET_KIND, words.args[0]!);
        const path = pathOf('datasets', id, 'items');
        if (format === 'table') {
            const response = await api.request('GET', path, {
                query: { ...query, limit: query['limit'] ?? TABLE_LIMIT },
            });
            showItems(call, (await response.json()) as Item[], pageOf(response.headers));
            return 0;
        }
        const response = await api.request('GET', path, { query: { ...query, format } });
        const output = words.text('output');
        if (output === undefined) {
            const isBinary = format === 'xlsx';
            await writeBody(call, response, { isBinary, advice: '--output items.xlsx', isClosed: !isBinary });
            return 0;
        }
        const { count } = pageOf(response.headers);
        return saveBody(call, response, { file: resolve(cwd, output), what: formatCount(count, 'item') });
    });
};

/** A table on a terminal unless somebody says otherwise; the format of a file goes by its name. */
function formatOf({ words, terminal }: CommandCall): string {
    const asked = words.text('format');
    const output = words.text('output');
    if (words.flag('json')) {
        if (asked !== undefined && asked !== 'json') throw words.bad(`--json and --format ${asked} are two formats.`);
        return 'json';
    }
    if (asked === 'table' && output !== undefined)
        throw words.bad('A table is for the terminal. Leave --output out, or take another format.');
    if (asked !== undefined) return asked;
    if (output === undefined) return terminal.out.isInteractive ? 'table' : 'json';
    const extension = extname(output).slice(1).toLowerCase();
    const formats = ITEM_FORMATS.filter((format) => format !== 'table');
    if (formats.some((format) => format === extension)) return extension;
    const hint = didYouMean(extension, formats);
    throw words.bad(
        `The format of '${output}' does not show in its name. Give --format, one of ${formats.join(', ')}.${hint}`,
    );
}

/** What the answer says of the items that are in it. */
function pageOf(headers: Headers): { total: number; offset: number; count: number } {
    const numberOf = (name: string): number => Number(headers.get(`x-apify-pagination-${name}`) ?? 0);
    return { total: numberOf('total'), offset: numberOf('offset'), count: numberOf('count') };
}
