import { maxColumns, safeLine } from './escape-control-characters.js';
import type { Output, Style } from './terminal.js';

/** A column of a table. */
export interface Column<Item> {
    readonly title: string;
    readonly cell: (item: Item) => string;
    /** Default: left. */
    readonly align?: 'left' | 'right';
    /** The style of a cell, by its text. Default: plain. */
    readonly style?: (cell: string) => Style | undefined;
    /** If set, the column is never cut, as for ids. Default: false. */
    readonly keepsWidth?: boolean;
    /** If set, the column is left out on a terminal that is too narrow for it. Default: false. */
    readonly isOptional?: boolean;
}

const GAP = '  ';
/** Minimum width to which a column is cut. */
const MIN_WIDTH = 8;
/** Width from which a cut column is still useful. */
const USEFUL_WIDTH = 16;
const MAX_CELL = 200;
const MIN_ITEM_COLUMN = 12;
const BORDERS = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((position) => [side + position, ''] as const),
);

/**
 * Formats items as a table with a header line; without items, returns no lines. On a terminal the table fits the width: optional
 * columns are left out, long cells are cut. In a pipe nothing is cut. Cells may have untrusted text.
 */
export async function formatTable<Item>(
    output: Output,
    items: readonly Item[],
    columns: readonly Column<Item>[],
): Promise<string[]> {
    if (items.length === 0) return [];
    // Loaded only by commands that print a table.
    const { default: Table } = await import('cli-table3');
    const cells = items.map((item) => columns.map(({ cell }) => safeLine(cell(item))));
    const widths = output.isInteractive ? fitColumns(columns, cells, output.width) : undefined;
    const shown = columns.map((_, index) => index).filter((index) => widths?.[index] !== 0);
    const table = new Table({
        head: shown.map((index) => output.paint('bold', columns[index]!.title)),
        chars: { ...Object.fromEntries(BORDERS), middle: GAP },
        style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
        colAligns: shown.map((index) => columns[index]!.align ?? 'left'),
        ...(widths && { colWidths: shown.map((index) => widths[index]!) }),
    });
    for (const row of cells) {
        table.push(
            shown.map((index) => {
                const style = columns[index]!.style?.(row[index]!);
                return style === undefined ? row[index]! : output.paint(style, row[index]!);
            }),
        );
    }
    return table
        .toString()
        .split('\n')
        .map((line) => line.trimEnd());
}

/** Formats dataset items, with a column for each field that fits; hidden fields (`#debug`) are left out. */
export async function formatItems(
    output: Output,
    items: readonly Readonly<Record<string, unknown>>[],
): Promise<string[]> {
    const fields = [...new Set(items.flatMap((item) => Object.keys(item)))].filter((field) => !field.startsWith('#'));
    const room = output.isInteractive
        ? Math.max(1, Math.floor((output.width + GAP.length) / MIN_ITEM_COLUMN))
        : fields.length;
    const lines = await formatTable(
        output,
        items,
        fields.slice(0, room).map((field) => ({
            title: safeLine(field),
            align: items.every((item) => typeof (item[field] ?? 0) === 'number') ? 'right' : 'left',
            cell: (item) => formatCell(item[field]),
        })),
    );
    const left = fields.slice(room).map(safeLine);
    return left.length === 0 ? lines : [...lines, output.paint('dim', `and the fields ${left.join(', ')}`)];
}

function formatCell(value: unknown): string {
    if (value === undefined || value === null) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
}

/** Returns the widths of columns on a terminal, 0 for one that is left out. The widest are cut until the table fits. */
function fitColumns<Item>(columns: readonly Column<Item>[], cells: readonly string[][], width: number): number[] {
    const widths = columns.map(({ title }, index) =>
        cells.reduce((widest, row) => Math.max(widest, maxColumns(row[index]!)), maxColumns(title)),
    );
    const total = (maxWidth: number): number => {
        const needs = widths.map((one, index) => (columns[index]!.keepsWidth ? one : Math.min(one, maxWidth)));
        return needs.reduce((sum, need) => (need === 0 ? sum : sum + need + GAP.length), -GAP.length);
    };
    for (let index = columns.length - 1; index >= 0 && total(USEFUL_WIDTH) > width; index--)
        if (columns[index]!.isOptional) widths[index] = 0;
    for (let excess = total(Number.POSITIVE_INFINITY) - width; excess > 0; excess--) {
        const widest = Math.max(...widths.filter((_, index) => !columns[index]!.keepsWidth), 0);
        if (widest <= MIN_WIDTH) break;
        widths[widths.findIndex((one, index) => one === widest && !columns[index]!.keepsWidth)]!--;
    }
    return widths;
}
