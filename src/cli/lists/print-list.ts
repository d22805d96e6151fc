import { formatTable } from '../terminal/table.js';
import { formatCount } from '../terminal/units.js';
import { chooseColumns, type ListColumn } from './choose-columns.js';
import type { CommandCall } from '../command.js';

/** A part of a list, as the API answers it; whatever else is in it is shown as JSON only. */
export interface ListPage<Item> {
    readonly items: readonly Item[];
    readonly total: number;
    readonly offset: number;
}

/** How a list is shown to people. */
export interface ListView<Item> {
    /** What one entry is called, and several: `run`, `runs`. */
    readonly noun: readonly [one: string, many: string];
    readonly columns: readonly ListColumn<Item>[];
    /** What to do where there is nothing at all. */
    readonly whenEmpty: string;
}

/** Shows a part of a list: as a table, and how much more there is; or with `--json` just as the API has it. */
export function printList<Item>(call: CommandCall, page: ListPage<Item>, view: ListView<Item>): void {
    const { terminal, words } = call;
    if (words.flag('json')) {
        terminal.json(page);
        return;
    }
    const { items, total, offset } = page;
    if (items.length > 0) printTable(call, items, view.columns);
    const note = noteOf(page, view);
    if (note !== undefined) terminal.err.line(terminal.err.paint('dim', note));
    else if (total > items.length) {
        const range = offset === 0 ? String(items.length) : `${offset + 1} to ${offset + items.length}`;
        const shown = `${range} of ${formatCount(total, ...view.noun)}.`;
        const isMore = offset + items.length < total;
        const more = isMore ? ` See more with --offset ${offset + items.length}, or --limit N.` : '';
        terminal.err.line(terminal.err.paint('dim', shown + more));
    }
}

/** A table of some entries, whose cells may come from anywhere. */
export function printTable<Item>(
    { terminal: { out } }: CommandCall,
    items: readonly Item[],
    columns: readonly ListColumn<Item>[],
): void {
    const shown = out.isInteractive ? chooseColumns(columns, items, out.width) : columns;
    const rows = items.map((item) => shown.map(({ cell }) => cell(item)));
    for (const line of formatTable(out, shown, rows)) out.line(line);
}

function noteOf<Item>({ items, total, offset }: ListPage<Item>, view: ListView<Item>): string | undefined {
    if (items.length > 0) return undefined;
    if (total === 0) return `There are no ${view.noun[1]}. ${view.whenEmpty}`;
    return `There are only ${formatCount(total, ...view.noun)}, and --offset ${offset} leaves them all out.`;
}
