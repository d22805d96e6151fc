import { relative } from 'node:path';
import { cutText, safeLine, escapeControlCharacters } from '../ui/escape-control-characters.js';
import { formatItems } from '../ui/table.js';
import { statusStyle, type Output } from '../ui/terminal.js';
import { formatBytes, formatCount, formatDuration, formatInteger } from '../ui/units.js';
import type { Run } from '../../model/api/run.js';
import type { Item } from '../../model/api/storage.js';
import type { Cli } from '../cli.js';
import type { SignalHandler } from '../signals.js';
import type { OutputRecord, RunnerClient } from './http-client.js';

const MAX_OUTPUT_LINES = 20;
/** The exit code of GNU timeout. */
const TIMED_OUT = 124;

/** A run and its progress. */
export type RunProgress = Awaited<ReturnType<typeof readProgress>>;

/** Reads a run and the counts of its request queue. */
export async function readProgress(client: RunnerClient, runId: string) {
    const run: Run = (await client.run(runId).get())!;
    const queue = await client.requestQueue(run.defaultRequestQueueId).get();
    return { run, requests: { handled: queue?.handledRequestCount ?? 0, total: queue?.totalRequestCount ?? 0 } };
}

/** A finished run with its first items and its record `OUTPUT`, if it exists. */
export type RunOutcome = Awaited<ReturnType<typeof readOutcome>>;

/** Reads the results of a finished run, with its first items. @param location - Its storage directory or the URL of its server. */
export async function readOutcome(client: RunnerClient, run: Run, shown: number, location: string) {
    const { requests } = await readProgress(client, run.id);
    const { items, total } = await client.dataset(run.defaultDatasetId).listItems({ limit: Math.max(shown, 1) });
    const output: OutputRecord | undefined = await client.keyValueStore(run.defaultKeyValueStoreId).getRecord('OUTPUT');
    return { run, requests, items: items.slice(0, shown) as readonly Item[], itemCount: total, output, location };
}

/** Returns the exit code for a run: 0 only if it has SUCCEEDED. */
export function toExitCode({ status }: Run, signals: SignalHandler): number {
    if (status === 'SUCCEEDED') return 0;
    if (status === 'TIMED-OUT') return TIMED_OUT;
    return status === 'ABORTED' ? (signals.exitCode ?? 1) : 1;
}

/** Prints the outcome of a run: as JSON, or its status, items, OUTPUT and location. */
export async function printResult({ out: output, cwd }: Cli, outcome: RunOutcome, isJson = false): Promise<void> {
    if (isJson) {
        const { run, items, itemCount, output: record, requests, location } = outcome;
        return output.json({
            run,
            items,
            itemCount,
            ...(record && { output: record.value }),
            requests,
            place: location,
        });
    }
    const { run, items, itemCount } = outcome;
    output.line(`\n${formatHeadline(run, output)}`);
    if (run.statusMessage) output.line(`  ${escapeControlCharacters(run.statusMessage).replaceAll('\n', '\n  ')}`);
    if (items.length > 0) {
        output.line();
        for (const line of await formatItems(output, items)) output.line(line);
        const more = itemCount - items.length;
        if (more > 0) output.line(output.paint('dim', `and ${formatCount(more, 'more item', 'more items')}`));
    }
    printOutput(outcome, output);
    output.line();
    for (const line of formatSummary(outcome, cwd)) output.line(line);
}

function formatHeadline({ status, stats, exitCode }: Run, output: Output): string {
    const mark = status === 'SUCCEEDED' ? '✔' : '✖';
    const details = [
        `in ${formatDuration(stats.durationMillis)}`,
        `peak memory ${formatBytes(stats.memMaxBytes)}`,
        ...(exitCode === undefined || exitCode === 0 ? [] : [`exit code ${exitCode}`]),
    ];
    return `${output.paint(statusStyle(status), `${mark} ${status}`)} ${details.join(' · ')}`;
}

function printOutput({ output: record }: RunOutcome, output: Output): void {
    if (record === undefined) return;
    const { value, contentType } = record;
    output.line(`\n${output.paint('bold', 'OUTPUT')}`);
    if (value instanceof Uint8Array) return output.line(`${contentType}, ${formatBytes(value.byteLength)}`);
    const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
    const lines = escapeControlCharacters(text ?? '').split('\n');
    for (const line of lines.slice(0, MAX_OUTPUT_LINES))
        output.line(output.isInteractive ? cutText(line, output.width) : line);
    const more = lines.length - MAX_OUTPUT_LINES;
    if (more > 0) output.line(output.paint('dim', `and ${formatCount(more, 'more line')}`));
}

function formatSummary({ run, itemCount, requests, location }: RunOutcome, cwd: string): string[] {
    const { usageTotalUsd, id } = run;
    const charges = formatCharges(run);
    const handled = `${formatInteger(requests.handled)} of ${formatCount(requests.total, 'request')} handled`;
    const contents = [formatCount(itemCount, 'item'), ...(requests.total > 0 ? [handled] : [])];
    return [
        `Run ${id} saved to ${location.startsWith('http') ? location : shortPath(location, cwd)} (${contents.join(', ')})`,
        ...(charges === '' ? [] : [`Charged $${usageTotalUsd.toFixed(4)}: ${charges}`]),
        `Next:  greenroom dataset items ${id}  ·  greenroom runs show ${id}`,
    ];
}

function shortPath(path: string, cwd: string): string {
    const short = relative(cwd, path);
    return short.startsWith('..') || short === '' ? path : `./${short}`;
}

/** Formats the charged events of a run: `page × 2, list × 1`. */
export function formatCharges({ chargedEventCounts }: Pick<Run, 'chargedEventCounts'>): string {
    const counts = Object.entries(chargedEventCounts ?? {}).filter(([, count]) => count > 0);
    return counts.map(([event, count]) => `${safeLine(event)} × ${count}`).join(', ');
}
