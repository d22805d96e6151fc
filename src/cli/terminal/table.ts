import { harmlessLine } from './harmless.js';
import { cutToWidth, textWidth } from './text-width.js';
import type { Output, Style } from './output.js';

/** A column of a table. */
export interface Column {
    readonly title: string;
    /** Default: left. */
    readonly align?: 'left' | 'right';
    /** How a cell looks; gets the text of the cell. Default: plain. */
    readonly style?: (cell: string) => Style | undefined;
    /** Whether it keeps its width when the others have to give way, as ids do. Default: false. */
    readonly isWhole?: boolean;
}

const GAP = '  ';
const LEAST_WIDTH = 8;

/**
 * Lays rows out as a table that fits the width of the terminal; what is longer than its column is cut. Cells may come from
 * anywhere: they are made harmless. Into a pipe nothing is cut.
 *
 * @returns Lines, with one of titles on top.
 */
export function formatTable(
    output: Output,
    columns: readonly Column[],
    rows: readonly (readonly string[])[],
): string[] {
    const cells = rows.map((row) => columns.map((_, index) => harmlessLine(row[index] ?? '')));
    const natural = columns.map(({ title }, index) =>
        cells.reduce((widest, row) => Math.max(widest, textWidth(row[index]!)), textWidth(title)),
    );
    const widths = output.isInteractive ? fit(natural, columns, output.width) : natural;
    const line = (row: readonly string[], styleOf: (column: Column, cell: string) => Style | undefined): string =>
        columns
            .map((column, index) => {
                const text = cutToWidth(row[index]!, widths[index]!);
                const padding = ' '.repeat(Math.max(0, widths[index]! - textWidth(text)));
                const style = styleOf(column, row[index]!);
                const painted = style === undefined ? text : output.paint(style, text);
                return column.align === 'right' ? padding + painted : painted + padding;
            })
            .join(GAP)
            .trimEnd();
    return [
        line(
            columns.map(({ title }) => title),
            () => 'bold',
        ),
        ...cells.map((row) => line(row, (column, cell) => column.style?.(cell))),
    ];
}

/** Takes from the widest columns first, until the table fits or nothing is left to take. */
function fit(natural: readonly number[], columns: readonly Column[], width: number): number[] {
    const widths = [...natural];
    const shrinkable = widths.map((_, index) => index).filter((index) => columns[index]!.isWhole !== true);
    let excess = widths.reduce((sum, one) => sum + one, 0) + GAP.length * (widths.length - 1) - width;
    while (excess > 0) {
        const widest = shrinkable.reduce((best, index) => (widths[index]! > (widths[best] ?? 0) ? index : best), -1);
        if (widest === -1 || widths[widest]! <= LEAST_WIDTH) break;
        widths[widest]!--;
        excess--;
    }
    return widths;
}
