import type { RunHandle } from '../../engine/run-handle.js';
import type { Run } from '../../model/run.js';
import { itemsTable } from './items-table.js';

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
