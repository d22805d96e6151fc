import { useMemo, useState } from 'preact/hooks';
import { columnsOf, valueAt, type DatasetView, cellOf, type CellFormat } from './items.js';
import { Button, CopyButton } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { formatCount } from '../../ui/format.js';
import { JsonView } from '../../ui/json-view.js';
import { VirtualTable } from '../../ui/table.js';

interface Row {
    readonly number: number;
    readonly item: unknown;
}

/** Items as a table; each can be opened as a whole. */
export function ItemsTable({
    items,
    offset,
    view,
}: {
    items: readonly unknown[];
    /** How many come before them. */
    offset: number;
    view: DatasetView | undefined;
}) {
    const [opened, setOpened] = useState<number>();
    const columns = useMemo(
        () => [
            {
                name: '#',
                isFigure: true,
                cell: ({ number }: Row) => (
                    <button
                        type="button"
                        class="item-number"
                        aria-label={`Open item ${number}`}
                        onClick={() => setOpened(number - offset - 1)}
                    >
                        {formatCount(number)}
                    </button>
                ),
            },
            ...columnsOf(items, view).map((column) => ({
                name: column.label,
                cell: ({ item }: Row) => <CellView value={valueAt(item, column)} format={column.format} />,
            })),
        ],
        [items, offset, view],
    );
    return (
        <>
            <VirtualTable
                label="Items"
                look="items"
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

function ItemDialog({
    item,
    number,
    hasNext,
    onMove,
    onClose,
}: {
    item: unknown;
    number: number;
    hasNext: boolean;
    onMove: (step: 1 | -1) => void;
    onClose: () => void;
}) {
    return (
        <Dialog
            title={`Item ${formatCount(number)}`}
            isWide
            onClose={onClose}
            actions={
                <>
                    <Button icon="back" onPress={() => onMove(-1)}>
                        Previous
                    </Button>
                    <Button icon="chevron" isDisabled={!hasNext} onPress={() => onMove(1)}>
                        Next
                    </Button>
                    <CopyButton text={() => JSON.stringify(item, null, 2)} label="Copy the item" />
                </>
            }
        >
            <div class="json">
                <JsonView value={item} />
            </div>
        </Dialog>
    );
}

/** A value of an item in a table. All of it is text, whatever it looks like. */
export function CellView({ value, format }: { value: unknown; format?: CellFormat | undefined }) {
    const cell = cellOf(value, format);
    switch (cell.kind) {
        case 'absent':
            return <span class="faint" aria-label="no such field" />;
        case 'null':
            return <span class="faint">null</span>;
        case 'link':
            return (
                <a href={cell.url} target="_blank" rel="noreferrer noopener" title={cell.text}>
                    {cell.text}
                </a>
            );
        case 'image':
            return <img class="cell-image" src={cell.url} alt="" />;
        case 'json':
            return (
                <code class="cell-json" title={cell.text}>
                    {cell.text}
                </code>
            );
        default:
            return (
                <span
                    class={cell.kind === 'text' ? undefined : `json-${cell.kind === 'number' ? 'number' : 'null'}`}
                    title={cell.text}
                >
                    {cell.text}
                </span>
            );
    }
}
