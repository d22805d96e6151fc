import type { Item, ItemsFormat } from '../../model/api/storage.js';
import type { DownloadRequest } from '../dataset/download-options.js';
import { type Cell, toRow } from './table.js';
import { toElement, escapeText, XML_DECLARATION } from './xml.js';

/** The items of a dataset to write. */
export interface ItemsSource {
    id: string;
    /** Name of the dataset in the document. */
    label: string;
    /** URL of the items. */
    link: string;
    /** Number of stored items. */
    count: number;
    /** Reads at least one stored item from an index on, in the order in which they are written. */
    read: (from: number) => Promise<Item[]>;
}

/** The text of a format around and between items. */
export interface TextFormat {
    head: string;
    item: (item: Item) => string;
    /** The separator between two items. Default: none. */
    separator?: string;
    tail: string;
}

/** Creates a format; `columns` are those of a table. */
type CreateFormat = (request: DownloadRequest, source: ItemsSource, columns: readonly string[]) => TextFormat;

export const TEXT_FORMATS: Readonly<Record<Exclude<ItemsFormat, 'xlsx'>, CreateFormat>> = {
    json: () => ({ head: '[', item: (item) => JSON.stringify(item), separator: ',\n', tail: ']' }),
    jsonl: () => ({ head: '', item: (item) => `${JSON.stringify(item)}\n`, tail: '' }),
    xml: ({ xmlRoot, xmlRow }) => ({
        head: `${XML_DECLARATION}<${xmlRoot}>\n`,
        item: (item) => `${toElement(xmlRow, item)}\n`,
        tail: `</${xmlRoot}>\n`,
    }),
    rss: ({ feedTitle, feedDescription }, { id, label, link }) => ({
        head:
            `${XML_DECLARATION}<rss version="2.0"><channel>\n` +
            toElement('title', feedTitle ?? `Dataset ${label}`) +
            toElement('link', link) +
            `${toElement('description', feedDescription ?? `Items in dataset with id "${id}".`)}\n`,
        item: (item) => `${toElement('item', item)}\n`,
        tail: '</channel></rss>\n',
    }),
    // As RFC 4180 requires: lines end in CRLF, and cells are quoted only if necessary.
    csv({ delimiter, skipHeaderRow }, _source, columns) {
        const line = (cells: readonly (Cell | undefined)[]): string =>
            `${cells.map((cell) => quoteCell(cell, delimiter)).join(delimiter)}\r\n`;
        return {
            head: skipHeaderRow || columns.length === 0 ? '' : line(columns),
            item: (item) => line(toCells(item, columns)),
            tail: '',
        };
    },
    html(_request, { label }, columns) {
        const row = (tag: string, cells: readonly (Cell | undefined)[]): string =>
            `<tr>${cells.map((cell) => `<${tag}>${escapeText(String(cell ?? ''))}</${tag}>`).join('')}</tr>`;
        return {
            head:
                `<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>${escapeText(label)}</title></head>\n` +
                `<body><table>\n<thead>${row('th', columns)}</thead>\n<tbody>\n`,
            item: (item) => `${row('td', toCells(item, columns))}\n`,
            tail: '</tbody></table></body></html>\n',
        };
    },
};

/** Writes items as text, one chunk for each batch. */
export async function* writeText(
    { head, item, separator = '', tail }: TextFormat,
    batches: AsyncIterable<Item[]>,
): AsyncGenerator<string> {
    if (head !== '') yield head;
    let separatorBefore = '';
    for await (const items of batches) {
        yield separatorBefore + items.map(item).join(separator);
        separatorBefore = separator;
    }
    if (tail !== '') yield tail;
}

function toCells(item: Item, columns: readonly string[]): (Cell | undefined)[] {
    const row = toRow(item);
    return columns.map((column) => row.get(column));
}

function quoteCell(cell: Cell | undefined, delimiter: string): string {
    if (cell === undefined || cell === null) return '';
    const text = String(cell);
    const needsQuotes = text.includes(delimiter) || /["\r\n]|^\s|\s$/.test(text);
    return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}
