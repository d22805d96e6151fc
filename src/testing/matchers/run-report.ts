import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { RunHandle } from '../../engine/run-handle.js';
import type { Run } from '../../model/api/run.js';
import type { Item } from '../../model/api/storage.js';

const MAX_LOG_LINES = 10;
const MAX_ITEMS = 5;

/** Formats a report of a run for the message of a failed test: its status, the end of its log, and its first items. */
export async function describeRun(run: RunHandle): Promise<string> {
    const sections = [formatStatus(await run.info())];
    // If the storages were deleted, the other sections are still useful.
    for (const section of [formatLog, formatItems]) sections.push(await section(run).catch(() => []));
    return sections.flat().join('\n');
}

function formatStatus(run: Run): string[] {
    const { status, statusMessage, exitCode, stats, chargedEventCounts } = run;
    const ending = exitCode === undefined ? '' : `, exit code ${exitCode}`;
    const charged = Object.entries(chargedEventCounts ?? {}).filter(([, count]) => count > 0);
    return [
        `  status   ${status}${ending}, after ${(stats.durationMillis / 1000).toFixed(2)} s`,
        ...(statusMessage ? [`  message  ${indentFollowingLines(statusMessage, '           ')}`] : []),
        ...(charged.length > 0
            ? [`  charged  ${charged.map(([event, count]) => `${count} × ${event}`).join(', ')}`]
            : []),
        `  run      ${run.id}`,
    ];
}

async function formatLog(run: RunHandle): Promise<string[]> {
    const text = (await run.log.text()).trimEnd();
    if (text === '') return ['  log      empty'];
    const lines = text.split('\n');
    const shown = lines.slice(-MAX_LOG_LINES);
    const title =
        shown.length < lines.length ? `last ${shown.length} of ${lines.length} lines` : `all ${lines.length} lines`;
    return [`  log      ${title}:`, ...shown.map((line) => `    ${line}`)];
}

async function formatItems(run: RunHandle): Promise<string[]> {
    const { items, total } = await run.dataset.listItems({ limit: MAX_ITEMS });
    if (total === 0) return ['  items    none'];
    const title = items.length < total ? `first ${items.length} of ${total}` : `all ${total}`;
    return [`  items    ${title}:`, ...formatTable(items).map((line) => `    ${line}`)];
}

function indentFollowingLines(text: string, indent: string): string {
    return text.replaceAll('\n', `\n${indent}`);
}

const MAX_COLUMNS = 6;
const MAX_WIDTH = 36;

/** Formats items as a table with a column for each of the first fields. Long values are truncated. */
function formatTable(items: readonly Item[]): string[] {
    const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
    const columns = names.slice(0, MAX_COLUMNS);
    const rows = items.map((item) => Object.fromEntries(columns.map((name) => [name, formatCell(item[name])])));
    const hidden = names.length - columns.length;
    return [
        ...renderTable(rows, columns),
        ...(hidden > 0 ? [`and ${hidden} more fields: ${names.slice(MAX_COLUMNS).join(', ')}`] : []),
    ];
}

function formatCell(value: unknown): unknown {
    if (typeof value === 'string') return truncate(value);
    if (typeof value === 'object' && value !== null) return truncate(JSON.stringify(value));
    return value;
}

function truncate(text: string): string {
    return text.length <= MAX_WIDTH ? text : `${text.slice(0, MAX_WIDTH - 1)}…`;
}

function renderTable(rows: object[], columns: string[]): string[] {
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
