import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { RunHandle } from '../../engine/run-handle.js';
import type { Run } from '../../model/api/run.js';
import type { Item } from '../../model/api/storage.js';

const LOG_LINES = 10;
const ITEMS = 5;

/** All that one needs to see of a run whose test has failed: how it ended, the end of its log, and its first items. */
export async function describeRun(run: RunHandle): Promise<string> {
    const parts = [statusLines(await run.info())];
    // Of a run whose storages have been deleted, the rest is still worth telling.
    for (const part of [logLines, itemLines]) parts.push(await part(run).catch(() => []));
    return parts.flat().join('\n');
}

function statusLines(run: Run): string[] {
    const { status, statusMessage, exitCode, stats, chargedEventCounts } = run;
    const ending = exitCode === undefined ? '' : `, exit code ${exitCode}`;
    const charged = Object.entries(chargedEventCounts ?? {}).filter(([, count]) => count > 0);
    return [
        `  status   ${status}${ending}, after ${(stats.durationMillis / 1000).toFixed(2)} s`,
        ...(statusMessage ? [`  message  ${indentRest(statusMessage, '           ')}`] : []),
        ...(charged.length > 0
            ? [`  charged  ${charged.map(([event, count]) => `${count} × ${event}`).join(', ')}`]
            : []),
        `  run      ${run.id}`,
    ];
}

async function logLines(run: RunHandle): Promise<string[]> {
    const text = (await run.log.text()).trimEnd();
    if (text === '') return ['  log      empty'];
    const lines = text.split('\n');
    const shown = lines.slice(-LOG_LINES);
    const title = shown.length < lines.length ? `last ${shown.length} of ${lines.length} lines` : 'all of it';
    return [`  log      ${title}:`, ...shown.map((line) => `    ${line}`)];
}

async function itemLines(run: RunHandle): Promise<string[]> {
    const { items, total } = await run.dataset.listItems({ limit: ITEMS });
    if (total === 0) return ['  items    none'];
    const title = items.length < total ? `first ${items.length} of ${total}` : `all ${total}`;
    return [`  items    ${title}:`, ...itemsTable(items).map((line) => `    ${line}`)];
}

function indentRest(text: string, indent: string): string {
    return text.replaceAll('\n', `\n${indent}`);
}

const MAX_COLUMNS = 6;
const MAX_WIDTH = 36;

/** Items as the lines of a table: a column for each of their first fields, long values cut. */
function itemsTable(items: readonly Item[]): string[] {
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
