import { useMemo, useState } from 'preact/hooks';
import { Button, CopyButton, Dialog } from '../../components/button.js';
import { JsonTree } from '../../components/code.js';
import { formatCount } from '../../components/format.js';
import { type Column, VirtualTable } from '../../components/table.js';
import { type CellFormat, formatCell, columnsOf, type DatasetView, valueAt } from './items.js';

interface Row {
    readonly number: number;
    readonly item: unknown;
}

interface ItemsTableProps {
    readonly items: readonly unknown[];
    /** Number of items before them. */
    readonly offset: number;
    readonly view: DatasetView | undefined;
}

export function ItemsTable({ items, offset, view }: ItemsTableProps) {
    const [opened, setOpened] = useState<number>();
    const columns = useMemo(() => tableColumns(items, view, (number) => setOpened(number - offset - 1)), [items, view]);
    return (
        <>
            <VirtualTable
                label="Items"
                className="items"
                count={items.length}
                rowAt={(index) => ({ number: offset + index + 1, item: items[index] })}
                columns={columns}
                keyOf={({ number }) => String(number)}
            />
            {opened !== undefined && opened < items.length && (
                <ItemDialog
                    item={items[opened]}
                    number={offset + opened + 1}
                    hasNext={opened + 1 < items.length}
                    onMove={(step) => setOpened(Math.max(0, opened + step))}
                    onClose={() => setOpened(undefined)}
                />
            )}
        </>
    );
}

function tableColumns(
    items: readonly unknown[],
    view: DatasetView | undefined,
    onOpen: (number: number) => void,
): Column<Row>[] {
    const number: Column<Row> = {
        name: '#',
        isFigure: true,
        cell: (row) => (
            <button
                type="button"
                class="item-number"
                aria-label={`Open item ${row.number}`}
                onClick={() => onOpen(row.number)}
            >
                {formatCount(row.number)}
            </button>
        ),
    };
    const fields = columnsOf(items, view).map((column): Column<Row> => ({
        name: column.label,
        cell: ({ item }) => <CellView value={valueAt(item, column)} format={column.format} />,
    }));
    return [number, ...fields];
}

interface ItemDialogProps extends Row {
    readonly hasNext: boolean;
    readonly onMove: (step: 1 | -1) => void;
    readonly onClose: () => void;
}

function ItemDialog({ item, number, hasNext, onMove, onClose }: ItemDialogProps) {
    const actions = (
        <>
            <Button icon="back" onPress={() => onMove(-1)}>
                Previous
            </Button>
            <Button icon="chevron" isDisabled={!hasNext} onPress={() => onMove(1)}>
                Next
            </Button>
            <CopyButton text={() => JSON.stringify(item, null, 2)} label="Copy the item" />
        </>
    );
    return (
        <Dialog title={`Item ${formatCount(number)}`} isWide onClose={onClose} actions={actions}>
            <JsonTree value={item} />
        </Dialog>
    );
}

/** A value of an item in a table, always rendered as text. */
function CellView({ value, format }: { value: unknown; format?: CellFormat | undefined }) {
    const { kind, text, url } = formatCell(value, format);
    if (kind === 'image') return <img class="cell-image" src={url} alt="" />;
    if (kind === 'link') {
        return (
            <a href={url} target="_blank" rel="noreferrer noopener" title={text}>
                {text}
            </a>
        );
    }
    return (
        <span class={CELL_LOOKS[kind]} title={text} aria-label={kind === 'absent' ? 'no such field' : undefined}>
            {text}
        </span>
    );
}

const CELL_LOOKS = {
    absent: 'faint',
    null: 'faint',
    text: undefined,
    number: 'json-number',
    boolean: 'json-null',
    json: 'cell-json mono',
};
