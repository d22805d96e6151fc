import { relative } from 'node:path';
import { formatItems } from '../items-table.js';
import { harmless, harmlessLine } from '../terminal/harmless.js';
import { cutToWidth } from '../terminal/text-width.js';
import { formatBytes, formatCount, formatDuration, formatWhole } from '../terminal/units.js';
import { statusStyle } from '../runs/status-style.js';
import type { Output } from '../terminal/output.js';
import type { RunProgress, RunResults } from './stage.js';
import type { Run } from '../../model/run.js';

/** What a run has come to. */
export interface RunOutcome extends RunProgress, RunResults {
    /** The storage directory, or the URL of the server. */
    readonly place: string;
}

const MAX_OUTPUT_LINES = 20;

/** Tells on a few lines how a run has ended, what it has left behind, where that is, and how to look at it. */
export function reportRun(outcome: RunOutcome, output: Output, cwd: string): void {
    const { run, items, itemCount } = outcome;
    output.line();
    output.line(headline(run, output));
    if (run.statusMessage) output.line(`  ${harmless(run.statusMessage).replaceAll('\n', '\n  ')}`);
    if (items.length > 0) {
        output.line();
        for (const line of formatItems(output, items)) output.line(line);
        const more = itemCount - items.length;
        if (more > 0) output.line(output.paint('dim', `and ${formatCount(more, 'more item', 'more items')}`));
    }
    reportOutput(outcome, output);
    output.line();
    for (const line of facts(outcome, cwd)) output.line(line);
}

function headline({ status, stats, exitCode }: Run, output: Output): string {
    const mark = status === 'SUCCEEDED' ? '✔' : '✖';
    const facts = [
        `in ${formatDuration(stats.durationMillis)}`,
        `peak memory ${formatBytes(stats.memMaxBytes)}`,
        ...(exitCode === undefined || exitCode === 0 ? [] : [`exit code ${exitCode}`]),
    ];
    return `${output.paint(statusStyle(status), `${mark} ${status}`)} ${facts.join(' · ')}`;
}

function reportOutput({ output: record }: RunResults, output: Output): void {
    if (record === undefined) return;
    output.line();
    output.line(output.paint('bold', 'OUTPUT'));
    if (Buffer.isBuffer(record.value) || record.value instanceof Uint8Array) {
        output.line(`${record.contentType}, ${formatBytes(record.value.byteLength)}`);
        return;
    }
    const text = typeof record.value === 'string' ? record.value : JSON.stringify(record.value, undefined, 2);
    const lines = harmless(text ?? '').split('\n');
    for (const line of lines.slice(0, MAX_OUTPUT_LINES)) {
        output.line(output.isInteractive ? cutToWidth(line, output.width) : line);
    }
    if (lines.length > MAX_OUTPUT_LINES)
        output.line(output.paint('dim', `and ${formatCount(lines.length - MAX_OUTPUT_LINES, 'more line')}`));
}

function facts({ run, itemCount, requests, place }: RunOutcome, cwd: string): string[] {
    const { chargedEventCounts, usageTotalUsd, id } = run;
    const charged = Object.entries(chargedEventCounts ?? {}).filter(([, count]) => count > 0);
    const from = place.startsWith('http') ? place : shortPath(place, cwd);
    return [
        `Kept as run ${id} in ${from}: ${formatCount(itemCount, 'item')}` +
            (requests.total > 0
                ? `, ${formatWhole(requests.handled)} of ${formatCount(requests.total, 'request')} handled`
                : ''),
        ...(charged.length === 0
            ? []
            : [
                  `Charged $${usageTotalUsd.toFixed(4)}: ${charged.map(([event, count]) => `${harmlessLine(event)} × ${count}`).join(', ')}`,
              ]),
        `Look:  greenroom dataset items ${id}  ·  greenroom runs info ${id}`,
    ];
}

function shortPath(path: string, cwd: string): string {
    const short = relative(cwd, path);
    return short.startsWith('..') || short === '' ? path : `./${short}`;
}
