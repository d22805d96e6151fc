import type { Item } from '../../model/storage.js';
import { toRow } from './table.js';
import { escapeText } from './xml-text.js';

/** A page with one table. */
export async function* writeHtml(
    batches: AsyncIterable<Item[]>,
    columns: readonly string[],
    title: string,
): AsyncGenerator<string> {
    const head = columns.map((column) => `<th>${escapeText(column)}</th>`).join('');
    yield `<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>${escapeText(title)}</title></head>\n`;
    yield `<body><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n`;
    for await (const items of batches) {
        yield items
            .map((item) => {
                const row = toRow(item);
                const cells = columns.map((column) => `<td>${escapeText(String(row.get(column) ?? ''))}</td>`);
                return `<tr>${cells.join('')}</tr>\n`;
            })
            .join('');
    }
    yield '</tbody></table></body></html>\n';
}
