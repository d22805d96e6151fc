import { textWidth } from '../terminal/text-width.js';
import type { Column } from '../terminal/table.js';

/** A column of a list. */
export interface ListColumn<Item> extends Column {
    readonly cell: (item: Item) => string;
    /** Whether it is left out where there is no room for it. Default: false. */
    readonly isOptional?: boolean;
}

/** A column that gives way is of use as long as it has so much. */
const ENOUGH = 16;
const GAP = 2;

/** The columns that there is room for: of those that are optional, the last ones go first. */
export function chooseColumns<Item>(
    columns: readonly ListColumn<Item>[],
    items: readonly Item[],
    width: number,
): readonly ListColumn<Item>[] {
    const needs = new Map(columns.map((column) => [column, needOf(column, items)]));
    const chosen = [...columns];
    const total = (): number => chosen.reduce((sum, column) => sum + needs.get(column)! + GAP, -GAP);
    while (total() > width) {
        const last = chosen.findLastIndex(({ isOptional }) => isOptional === true);
        if (last === -1) break;
        chosen.splice(last, 1);
    }
    return chosen;
}

function needOf<Item>({ title, cell, isWhole }: ListColumn<Item>, items: readonly Item[]): number {
    const widest = items.reduce((most, item) => Math.max(most, textWidth(cell(item))), textWidth(title));
    return isWhole === true ? widest : Math.min(widest, ENOUGH);
}
