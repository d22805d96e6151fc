import { useMemo, useState, type JSX } from '../preact.js';
import { Button } from '../parts/button.js';
import { CopyButton } from '../parts/copy.js';
import { Dialog } from '../parts/dialog.js';
import { formatCount } from '../parts/format.js';
import { JsonView } from '../parts/json-view.js';
import { VirtualTable } from '../parts/virtual-table.js';
import { CellView } from './cell-view.js';
import { columnsOf, valueAt } from './columns.js';
import type { DatasetView } from './views.js';

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
}): JSX.Element {
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
}): JSX.Element {
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
