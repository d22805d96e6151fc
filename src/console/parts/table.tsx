import type { ComponentChildren, JSX } from '../preact.js';

/** A column of a table. */
export interface Column<Row> {
    readonly name: string;
    /** Figures are set to the right. */
    readonly isFigure?: boolean;
    /** Goes first where there is little room: 1 on telephones, 2 on small windows. */
    readonly drop?: 1 | 2;
    /** Takes what room is left. */
    readonly isWide?: boolean;
    readonly cell: (row: Row) => ComponentChildren;
}

/** A table of few rows; for many see {@link VirtualTable}. */
export function Table<Row>({
    rows,
    columns,
    keyOf,
    label,
}: {
    rows: readonly Row[];
    columns: readonly Column<Row>[];
    keyOf: (row: Row) => string;
    label: string;
}): JSX.Element {
    return (
        <div class="table-frame">
            <table class="table" aria-label={label}>
                <thead>
                    <tr>
                        {columns.map((column) => (
                            <th key={column.name} class={classOf(column)} scope="col">
                                {column.name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row) => (
                        <tr key={keyOf(row)}>
                            {columns.map((column) => (
                                <td key={column.name} class={classOf(column)}>
                                    {column.cell(row)}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

/** The class of the cells of a column. */
export function classOf({ isFigure, drop, isWide }: Omit<Column<never>, 'cell'>): string {
    return [isFigure && 'right', drop && `drop-${drop}`, isWide && 'grow'].filter(Boolean).join(' ');
}
