import { formatTable } from './terminal/table.js';
import type { Output } from './terminal/output.js';

const MAX_CELL = 200;
const LEAST_COLUMN = 12;

/**
 * Items as a table, with a column for each field, as many as there is room for; hidden fields (`#debug`) are left out.
 *
 * @returns Lines; a last one says which fields have found no room.
 */
export function formatItems(output: Output, items: readonly Readonly<Record<string, unknown>>[]): string[] {
    const fields = [...new Set(items.flatMap((item) => Object.keys(item)))].filter((field) => !field.startsWith('#'));
    const room = output.isInteractive ? Math.max(1, Math.floor((output.width + 2) / LEAST_COLUMN)) : fields.length;
    const shown = fields.slice(0, room);
    const left = fields.slice(room);
    const lines = formatTable(
        output,
        shown.map((title) => ({ title, align: isNumeric(items, title) ? ('right' as const) : ('left' as const) })),
        items.map((item) => shown.map((field) => formatCell(item[field]))),
    );
    return left.length === 0 ? lines : [...lines, output.paint('dim', `and the fields ${left.join(', ')}`)];
}

function isNumeric(items: readonly Readonly<Record<string, unknown>>[], field: string): boolean {
    return items.every((item) => item[field] === undefined || item[field] === null || typeof item[field] === 'number');
}

function formatCell(value: unknown): string {
    if (value === undefined || value === null) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
}
