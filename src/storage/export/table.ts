import type { Item } from '../../model/api/storage.js';
import { invalid } from '../../util/check.js';

const MAX_COLUMNS = 2000;
const MAX_COLUMN_NAME_LENGTH = 200;

/** What one cell of a table can hold. */
export type Cell = string | number | boolean | null;

/** An item as a row: what is nested stands in columns of its own, such as `offers/0/price`. */
export function toRow(item: Item): Map<string, Cell> {
    const row = new Map<string, Cell>();
    for (const [name, value] of Object.entries(item)) addCells(row, name, value);
    return row;
}

/**
 * The columns that items need, in the order in which they first appear, or in the order of the fixed ones; a fixed column
 * is there even if it stays empty.
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
    for (const column of columns) checkName(column);
    return fixed ? sortColumns([...columns], fixed) : [...columns];
}

function addCells(row: Map<string, Cell>, name: string, value: unknown): void {
    if (typeof value !== 'object' || value === null) {
        row.set(name, value as Cell);
        return;
    }
    const inner = Object.entries(value);
    // An empty object or array still shows that the field is there.
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
        `names of ${MAX_COLUMN_NAME_LENGTH} characters at most`,
        'Leave the field out with `omit`, or choose json, jsonl or xml.',
    );
}

function tooManyColumns(count: number): Error {
    const remedy = 'Choose some with `fields`, or choose json, jsonl or xml.';
    return invalid('columns', count, `${MAX_COLUMNS} at most in a table`, remedy);
}
