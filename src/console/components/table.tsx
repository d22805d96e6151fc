import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type LongList, useDraw, usePages, useSearch } from '../api/long-list.js';
import { useLive } from '../live/live.js';
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
    /** Goes first where there is little room: 1 on telephones, 2 on small windows. */
    readonly drop?: 1 | 2;
    readonly isWide?: boolean;
    readonly cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
    readonly label: string;
    readonly columns: readonly Column<Row>[];
    /** Default: its `id`. */
    readonly keyOf?: (row: Row) => string;
    /** Shown in place of a table without rows. */
    readonly empty?: ComponentChildren;
}

const idOf = (row: unknown): string => (row as { id: string }).id;

export function Table<Row>({ rows, empty, ...table }: TableProps<Row> & { rows: readonly Row[] }) {
    if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
    const { columns, keyOf = idOf } = table;
    return (
        <Frame {...table} look="table">
            <tbody>
                {rows.map((row) => (
                    <tr key={keyOf(row)}>
                        <Cells columns={columns} row={row} />
                    </tr>
                ))}
            </tbody>
        </Frame>
    );
}

/** As the style sheet has it. */
const ROW_PIXELS = 36;
const MARGIN_ROWS = 12;

interface VirtualProps<Row> extends TableProps<Row> {
    readonly count: number;
    /** A row by its number; undefined while it is not there yet. */
    readonly rowAt: (index: number) => Row | undefined;
    readonly onSeen?: (first: number, end: number) => void;
    readonly look?: string;
}

/** A table of any number of rows, of which only those are drawn that are seen; it scrolls with the page. */
export function VirtualTable<Row>({ count, rowAt, onSeen, look = '', ...table }: VirtualProps<Row>) {
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
        <Frame {...table} look={`table fixed ${look}`} rowCount={count + 1}>
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
        </Frame>
    );
}

/** A list of any length as a table, or what there is to say in its place. */
export function ListTable<Row>({
    list,
    one,
    empty,
    ...table
}: TableProps<Row> & {
    list: LongList<Row>;
    /** The word for one row, to show how many there are. */
    one?: string;
}) {
    const { count, isWhole, error } = list;
    if (error !== undefined && !count) return <ErrorMessage error={error} onRetry={list.reload} />;
    if (count === undefined || (count === 0 && !isWhole)) return <Loading />;
    if (count === 0) return <>{empty}</>;
    const words = count === 1 && isWhole ? one : `${one}s`;
    return (
        <>
            {error !== undefined && <ErrorMessage error={error} onRetry={list.reload} />}
            {one && (
                <p class="list-count faint" role="status">
                    {`${formatCount(count)}${isWhole ? '' : '+'} ${words}`}
                </p>
            )}
            <VirtualTable {...table} count={count} rowAt={list.rowAt} onSeen={list.need} />
        </>
    );
}

interface SearchTableProps<Row> extends TableProps<Row> {
    readonly path: string;
    readonly query?: QueryValues;
    /** The text to search for; empty for all rows. */
    readonly text?: string;
    /** Returns where the words of the text are searched. */
    readonly wordsOf?: (row: Row) => readonly (string | undefined)[];
    readonly reloadOn: ReloadOn;
    /** Returns the row that an event brings, to be shown in place of that with the same key among those that were found. */
    readonly rowIn?: (event: ConsoleEvent) => Row | undefined;
    readonly one?: string;
}

/** A list of the API, of any length, newest first, live; or what of it matches a search. */
export function SearchTable<Row>(props: SearchTableProps<Row>) {
    return props.text?.trim() ? <FoundTable {...props} text={props.text.trim()} /> : <PagedTable {...props} />;
}

function PagedTable<Row>({ path, query = {}, reloadOn, ...table }: SearchTableProps<Row>) {
    return <ListTable {...table} list={usePages<Row>(path, query, reloadOn)} />;
}

function FoundTable<Row>({ path, query = {}, text = '', wordsOf, rowIn, ...table }: SearchTableProps<Row>) {
    const { keyOf = idOf } = table;
    const list = useSearch<Row>(path, query, text, (row) => hasWords(text, ...(wordsOf?.(row) ?? [])));
    const changed = useRef(new Map<string, Row>());
    const draw = useDraw();
    useLive((event) => {
        const row = rowIn?.(event);
        if (row === undefined) return;
        changed.current.set(keyOf(row), row);
        draw();
    });
    const rowAt = (index: number): Row | undefined => {
        const row = list.rowAt(index);
        return row && (changed.current.get(keyOf(row)) ?? row);
    };
    const { count, isWhole, error, need, reload } = list;
    return <ListTable {...table} list={{ count, isWhole, error, need, reload, rowAt }} />;
}

function Frame<Row>({
    label,
    columns,
    look,
    rowCount,
    children,
}: TableProps<Row> & { look: string; rowCount?: number; children: ComponentChildren }) {
    return (
        <div class="table-frame">
            <table class={look} aria-label={label} aria-rowcount={rowCount}>
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
