import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useRowWindow } from './use-window.js';

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
}) {
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

/** As the style sheet has it. */
const ROW_HEIGHT = 36;

/**
 * A table of any number of rows, of which only those are drawn that are seen; it scrolls with the page.
 *
 * @param rowAt - A row by its number; undefined while it is not there yet.
 * @param onSeen - Told which rows are seen, so that they can be read. See {@link usePages}.
 */
export function VirtualTable<Row>({
    count,
    rowAt,
    columns,
    keyOf,
    label,
    onSeen,
    look,
}: {
    count: number;
    rowAt: (index: number) => Row | undefined;
    columns: readonly Column<Row>[];
    keyOf: (row: Row) => string;
    label: string;
    onSeen?: (first: number, end: number) => void;
    /** A class of the style sheet, where it is to look unlike other tables. */
    look?: string;
}) {
    const element = useRef<HTMLTableSectionElement>(null);
    const { first, end } = useRowWindow(element, { count, rowHeight: ROW_HEIGHT, scrolls: 'window' });
    useEffect(() => onSeen?.(first, end), [first, end, onSeen]);
    const indexes = Array.from({ length: end - first }, (_, at) => first + at);
    return (
        <div class="table-frame">
            <table
                class={look === undefined ? 'table fixed' : `table fixed ${look}`}
                aria-label={label}
                aria-rowcount={count + 1}
            >
                <thead>
                    <tr aria-rowindex={1}>
                        {columns.map((column) => (
                            <th key={column.name} class={classOf(column)} scope="col">
                                {column.name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody ref={element}>
                    <Gap height={first * ROW_HEIGHT} />
                    {indexes.map((index) => {
                        const row = rowAt(index);
                        return (
                            <tr key={row === undefined ? index : keyOf(row)} aria-rowindex={index + 2}>
                                {columns.map((column) => (
                                    <td key={column.name} class={classOf(column)}>
                                        {row === undefined ? <span class="pending" /> : column.cell(row)}
                                    </td>
                                ))}
                            </tr>
                        );
                    })}
                    <Gap height={(count - end) * ROW_HEIGHT} />
                </tbody>
            </table>
        </div>
    );
}

function Gap({ height }: { height: number }) {
    return <tr class="gap" aria-hidden="true" style={{ height: `${height}px` }} />;
}
