import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type LongList, useForceUpdate, usePages, useSearch } from '../api/long-list.js';
import { useEngineEvents } from '../live/live.js';
import { formatCount, hasWords } from './format.js';
import { Loading, ErrorMessage } from './page.js';
import { useVirtual } from './use-virtual.js';
import type { ComponentChildren } from 'preact';
import type { QueryValues } from '../api/api.js';
import type { ConsoleEvent } from '../api/json.js';
import type { ReloadOn } from '../api/use-resource.js';

export interface Column<Row> {
    readonly name: string;
    readonly isFigure?: boolean;
    /** If set, the column is hidden on narrow screens: 1 on phones, 2 in small windows. */
    readonly drop?: 1 | 2;
    readonly isWide?: boolean;
    readonly cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
    readonly label: string;
    readonly columns: readonly Column<Row>[];
    /** Default: its `id`. */
    readonly keyOf?: (row: Row) => string;
    /** Shown instead of a table without rows. */
    readonly empty?: ComponentChildren;
}

const idOf = (row: unknown): string => (row as { id: string }).id;

export function Table<Row>({ rows, empty, ...table }: TableProps<Row> & { rows: readonly Row[] }) {
    if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
    const { columns, keyOf = idOf } = table;
    return (
        <TableFrame {...table} className="table">
            <tbody>
                {rows.map((row) => (
                    <tr key={keyOf(row)}>
                        <Cells columns={columns} row={row} />
                    </tr>
                ))}
            </tbody>
        </TableFrame>
    );
}

/** Row height in the style sheet. */
const ROW_PIXELS = 36;
const MARGIN_ROWS = 12;

interface VirtualProps<Row> extends TableProps<Row> {
    readonly count: number;
    /** Returns a row by its index; undefined while it is not loaded. */
    readonly rowAt: (index: number) => Row | undefined;
    readonly onSeen?: (first: number, end: number) => void;
    readonly className?: string;
}

/** A table of any number of rows, of which only the visible ones are rendered. It scrolls with the page. */
export function VirtualTable<Row>({ count, rowAt, onSeen, className = '', ...table }: VirtualProps<Row>) {
    const { columns, keyOf = idOf } = table;
    const element = useRef<HTMLTableSectionElement>(null);
    const [top, setTop] = useState(0);
    useLayoutEffect(() => setTop(Math.round(element.current!.getBoundingClientRect().top + window.scrollY)));
    const virtual = useVirtual(() => window, { count, size: ROW_PIXELS, margin: MARGIN_ROWS, top });
    const rows = virtual.getVirtualItems();
    const first = rows[0]?.index ?? 0;
    const end = first + rows.length;
    useEffect(() => onSeen?.(first, end), [first, end, onSeen]);
    return (
        <TableFrame {...table} className={`table fixed ${className}`} rowCount={count + 1}>
            <tbody ref={element}>
                <Gap rows={first} />
                {rows.map(({ index }) => {
                    const row = rowAt(index);
                    return (
                        <tr key={row === undefined ? index : keyOf(row)} aria-rowindex={index + 2}>
                            <Cells columns={columns} row={row} />
                        </tr>
                    );
                })}
                <Gap rows={count - end} />
            </tbody>
        </TableFrame>
    );
}

/** A list of any length as a table; or its loading, error or empty state. */
export function ListTable<Row>({
    list,
    one,
    empty,
    ...table
}: TableProps<Row> & {
    list: LongList<Row>;
    /** The noun for one row; if set, the number of rows is shown. */
    one?: string;
}) {
    const { count, isComplete, error } = list;
    if (error !== undefined && !count) return <ErrorMessage error={error} onRetry={list.reload} />;
    if (count === undefined || (count === 0 && !isComplete)) return <Loading />;
    if (count === 0) return <>{empty}</>;
    const noun = count === 1 && isComplete ? one : `${one}s`;
    return (
        <>
            {error !== undefined && <ErrorMessage error={error} onRetry={list.reload} />}
            {one && (
                <p class="list-count faint" role="status">
                    {`${formatCount(count)}${isComplete ? '' : '+'} ${noun}`}
                </p>
            )}
            <VirtualTable {...table} count={count} rowAt={list.rowAt} onSeen={list.loadRange} />
        </>
    );
}

interface SearchTableProps<Row> extends TableProps<Row> {
    readonly path: string;
    readonly query?: QueryValues;
    /** The text to search for; empty for all rows. */
    readonly text?: string;
    /** Returns the texts of a row that are searched. */
    readonly searchedTexts?: (row: Row) => readonly (string | undefined)[];
    readonly reloadOn: ReloadOn;
    /** Returns the updated row of an event, which replaces the found row with the same key. */
    readonly rowIn?: (event: ConsoleEvent) => Row | undefined;
    readonly one?: string;
}

/** A list of the API, newest first and updated live; or its rows that match a search. */
export function SearchTable<Row>(props: SearchTableProps<Row>) {
    return props.text?.trim() ? <FoundTable {...props} text={props.text.trim()} /> : <PagedTable {...props} />;
}

function PagedTable<Row>({ path, query = {}, reloadOn, ...table }: SearchTableProps<Row>) {
    return <ListTable {...table} list={usePages<Row>(path, query, reloadOn)} />;
}

function FoundTable<Row>({ path, query = {}, text = '', searchedTexts, rowIn, ...table }: SearchTableProps<Row>) {
    const { keyOf = idOf } = table;
    const list = useSearch<Row>(path, query, text, (row) => hasWords(text, ...(searchedTexts?.(row) ?? [])));
    const changed = useRef(new Map<string, Row>());
    const forceUpdate = useForceUpdate();
    useEngineEvents((event) => {
        const row = rowIn?.(event);
        if (row === undefined) return;
        changed.current.set(keyOf(row), row);
        forceUpdate();
    });
    const rowAt = (index: number): Row | undefined => {
        const row = list.rowAt(index);
        return row && (changed.current.get(keyOf(row)) ?? row);
    };
    const { count, isComplete, error, loadRange, reload } = list;
    return <ListTable {...table} list={{ count, isComplete, error, loadRange, reload, rowAt }} />;
}

function TableFrame<Row>({
    label,
    columns,
    className,
    rowCount,
    children,
}: TableProps<Row> & { className: string; rowCount?: number; children: ComponentChildren }) {
    return (
        <div class="table-frame">
            <table class={className} aria-label={label} aria-rowcount={rowCount}>
                <thead>
                    <tr aria-rowindex={rowCount && 1}>
                        {columns.map((column) => (
                            <th key={column.name} class={classOf(column)} scope="col">
                                {column.name}
                            </th>
                        ))}
                    </tr>
                </thead>
                {children}
            </table>
        </div>
    );
}

function Cells<Row>({ columns, row }: { columns: readonly Column<Row>[]; row: Row | undefined }) {
    return columns.map((column) => (
        <td key={column.name} class={classOf(column)}>
            {row === undefined ? <span class="pending" /> : column.cell(row)}
        </td>
    ));
}

function Gap({ rows }: { rows: number }) {
    return <tr class="gap" aria-hidden="true" style={{ height: `${rows * ROW_PIXELS}px` }} />;
}

function classOf({ isFigure, drop, isWide }: Omit<Column<never>, 'cell'>): string {
    return [isFigure && 'right', drop && `drop-${drop}`, isWide && 'grow'].filter(Boolean).join(' ');
}
