import { safeLine } from './safe-text.js';
import { formatTable, type Column } from './table.js';
import { formatCount } from './units.js';
import type { Cli } from '../cli.js';

/** A page of a list, as the API returns it. */
export interface ListPage<Item> {
    readonly items: readonly Item[];
    readonly total: number;
    readonly offset: number;
}

/** The presentation of a list. */
export interface ListView<Item> {
    /** One entry and several: `run`, `runs`. */
    readonly noun: readonly [one: string, many: string];
    readonly columns: readonly Column<Item>[];
    /** The next step for an empty list. */
    readonly whenEmpty: string;
}

/** A labelled value of a record; left out if there is no value. */
export type RecordLine = readonly [label: string, value: string | undefined];

/** Prints a page of a list as a table with a note of how much more there is, or as JSON. */
export async function printList<Item>(
    cli: Cli,
    page: ListPage<Item>,
    { isJson = false, ...view }: ListView<Item> & { isJson?: boolean },
): Promise<void> {
    if (isJson) return cli.terminal.json(page);
    if (page.items.length > 0) await printTable(cli, page.items, view.columns);
    const note = noteOf(page, view);
    if (note !== undefined) printNote(cli, note);
}

/** Prints a result: a sentence, or JSON if that was asked for. */
export function printResult({ terminal }: Cli, { json }: { json?: boolean }, value: unknown, sentence: string): void {
    if (json) terminal.json(value);
    else terminal.out.line(sentence);
}

/** Prints items as a table on stdout. */
export async function printTable<Item>(
    { terminal: { out } }: Cli,
    items: readonly Item[],
    columns: readonly Column<Item>[],
): Promise<void> {
    for (const line of await formatTable(out, items, columns)) out.line(line);
}

/** Prints a dimmed remark on stderr. */
export function printNote({ terminal: { err } }: Cli, text: string): void {
    err.line(err.paint('dim', text));
}

/** Prints one record line by line. */
export function printRecord({ terminal: { out } }: Cli, lines: readonly RecordLine[]): void {
    const shown = lines.filter((line): line is [string, string] => line[1] !== undefined && line[1] !== '');
    const width = Math.max(...shown.map(([label]) => label.length));
    for (const [label, value] of shown) out.line(`${out.paint('bold', label.padEnd(width))}  ${safeLine(value)}`);
}

function noteOf<Item>({ items, total, offset }: ListPage<Item>, view: ListView<Item>): string | undefined {
    const count = formatCount(total, ...view.noun);
    const end = offset + items.length;
    if (items.length === 0)
        return total === 0 ? `No ${view.noun[1]}. ${view.whenEmpty}` : `Only ${count}; --offset ${offset} skips all.`;
    if (total <= items.length) return undefined;
    const range = offset === 0 ? String(items.length) : `${offset + 1} to ${end}`;
    const more = end < total ? ` See more with --offset ${end} or --limit N.` : '';
    return `${range} of ${count}.${more}`;
}
