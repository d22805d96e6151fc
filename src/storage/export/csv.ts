import type { Item } from '../../model/storage.js';
import { type Cell, toRow } from './table.js';

/** How to write csv. */
export interface CsvOptions {
    delimiter: string;
    skipHeaderRow: boolean;
}

/** A table by RFC 4180: lines end in CRLF, and quotes stand only where they are needed. */
export async function* writeCsv(
    batches: AsyncIterable<Item[]>,
    columns: readonly string[],
    { delimiter, skipHeaderRow }: CsvOptions,
): AsyncGenerator<string> {
    const line = (cells: readonly (Cell | undefined)[]): string =>
        `${cells.map((cell) => quote(cell, delimiter)).join(delimiter)}\r\n`;
    if (!skipHeaderRow && columns.length > 0) yield line(columns);
    for await (const items of batches) {
        yield items
            .map((item) => {
                const row = toRow(item);
                return line(columns.map((column) => row.get(column)));
            })
            .join('');
    }
}

function quote(cell: Cell | undefined, delimiter: string): string {
    if (cell === undefined || cell === null) return '';
    const text = String(cell);
    const needsQuotes = text.includes(delimiter) || /["\r\n]|^\s|\s$/.test(text);
    return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}
