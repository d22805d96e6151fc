import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { Item } from '../../model/storage.js';

const MAX_COLUMNS = 6;
const MAX_WIDTH = 36;

/** Items as the lines of a table: a column for each of their first fields, long values cut. */
export function itemsTable(items: readonly Item[]): string[] {
    const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
    const columns = names.slice(0, MAX_COLUMNS);
    const rows = items.map((item) => Object.fromEntries(columns.map((name) => [name, cell(item[name])])));
    const hidden = names.length - columns.length;
    return [
        ...tableLines(rows, columns),
        ...(hidden > 0 ? [`and ${hidden} more fields: ${names.slice(MAX_COLUMNS).join(', ')}`] : []),
    ];
}

function cell(value: unknown): unknown {
    if (typeof value === 'string') return cut(value);
    if (typeof value === 'object' && value !== null) return cut(JSON.stringify(value));
    return value;
}

function cut(text: string): string {
    return text.length <= MAX_WIDTH ? text : `${text.slice(0, MAX_WIDTH - 1)}…`;
}

function tableLines(rows: object[], columns: string[]): string[] {
    let text = '';
    const stdout = new Writable({
        decodeStrings: false,
        write(chunk: string, _encoding, done) {
            text += chunk;
            done();
        },
    });
    new Console({ stdout, colorMode: false }).table(rows, columns);
    return text.trimEnd().split('\n');
}
