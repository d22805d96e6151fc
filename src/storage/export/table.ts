import type { Item } from '../../model/api/storage.js';
import { invalid } from '../../util/check.js';

const MAX_COLUMNS = 2000;
const MAX_COLUMN_NAME_LENGTH = 200;

/** Value of a cell of a table. */
export type Cell = string | number | boolean | null;

/** Returns an item as a row. Nested values have their own columns, such as `offers/0/price`. */
export function toRow(item: Item): Map<string, Cell> {
    const row = new Map<string, Cell>();
    for (const [name, value] of Object.entries(item)) addCells(row, name, value);
    return row;
}

/**
 * Returns the columns that items need, in the order of their first appearance or in a fixed order. Fixed columns are included even if
 * they are empty.
 *
 * @throws `invalid-value` for more than 2000 columns, or for names longer than 200 characters, as on the platform.
 */
export async function collectColumns(
    batches: AsyncIterable<Item[]>,
    fixed: readonly string[] | undefined,
): Promise<string[]> {
    const columns = new Set<string>();
    for await (const items of batches) {
        for (const item of items) {
            for (const column of toRow(item).keys()) columns.add(column);
            if (columns.size > MAX_COLUMNS) throw tooManyColumns(columns.size);
        }
    }
    const sorted = fixed ? sortColumns([...columns], fixed) : [...columns];
    if (sorted.length > MAX_COLUMNS) throw tooManyColumns(sorted.length);
    return sorted;
}

function addCells(row: Map<string, Cell>, name: string, value: unknown): void {
    // Checked here, since the names of all nested values could take many times the size of the item.
    checkName(name);
    if (row.size > MAX_COLUMNS) throw tooManyColumns(row.size);
    if (typeof value !== 'object' || value === null) {
        row.set(name, value as Cell);
        return;
    }
    const inner = Object.entries(value);
    // An empty object or array still has a column.
    if (inner.length === 0) row.set(name, '');
    for (const [key, innerValue] of inner) addCells(row, `${name}/${key}`, innerValue);
}

function sortColumns(columns: readonly string[], fixed: readonly string[]): string[] {
    const ordered = new Set<string>();
    for (const name of fixed) {
        const isOwn = (column: string): boolean =>
            column.startsWith(name) && /^(?:$|[/.])/.test(column.slice(name.length));
        const own = columns.filter(isOwn);
        for (const column of own.length > 0 ? own : [name]) ordered.add(column);
    }
    for (const column of columns) ordered.add(column);
    return [...ordered];
}

function checkName(column: string): void {
    if (column.length <= MAX_COLUMN_NAME_LENGTH) return;
    throw invalid(
        'columns',
        column,
        `names of up to ${MAX_COLUMN_NAME_LENGTH} characters`,
        'Omit the field with `omit`, or choose json, jsonl or xml.',
    );
}

function tooManyColumns(count: number): Error {
    const remedy = 'Choose some with `fields`, or choose json, jsonl or xml.';
    return invalid('columns', count, `up to ${MAX_COLUMNS} in a table`, remedy);
}
