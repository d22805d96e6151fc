import type { Item } from '../../model/storage.js';

/** Items as rows, with a column for each field that one of them has. */
export interface ItemsTable {
    readonly fields: readonly string[];
    readonly rows: readonly (readonly string[])[];
}

/** Lays items out as a table: texts as they are, all else as JSON, nothing where a field is missing. */
export function itemsTable(items: readonly Item[]): ItemsTable {
    const fields = [...new Set(items.flatMap((item) => Object.keys(item)))];
    return { fields, rows: items.map((item) => fields.map((field) => cellOf(item, field))) };
}

function cellOf(item: Item, field: string): string {
    const value = Object.hasOwn(item, field) ? item[field] : undefined;
    if (value === undefined) return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
}
