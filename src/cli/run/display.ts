import { cutText, maxColumns, safeLine } from '../output/safe-text.js';
import { statusStyle, type Output } from '../output/terminal.js';
import { formatBytes, formatCount, formatDuration, formatWhole } from '../output/units.js';
import type { Run } from '../../model/run.js';
import type { RunnerClient } from './http-client.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const MEGABYTE = 1024 * 1024;
/** Columns from which a part of the status message is worth showing. */
const LEAST_MESSAGE = 8;

/** A run and its progress. */
export interface RunProgress {
    readonly run: Run;
    readonly requests: { readonly handled: number; readonly total: number };
}

/** Reads a run and the counts of its request queue. */
export async function readProgress(client: RunnerClient, runId: string): Promise<RunProgress> {
    const run = (await client.run(runId).get())!;
    const queue = await client.requestQueue(run.defaultRequestQueueId).get();
    return { run, requests: { handled: queue?.handledRequestCount ?? 0, total: queue?.totalRequestCount ?? 0 } };
}

/** Formats the progress of a run on one line: status, time, memory, results, and the status message if it fits. */
export function formatProgress({ run, requests }: RunProgress, elapsedMillis: number, output: Output): string {
    const frame = FRAMES[Math.floor(elapsedMillis / 100) % FRAMES.length]!;
    const { stats, options, status } = run;
    const facts = [
        formatDuration(Math.floor(elapsedMillis / 100) * 100),
        `${formatBytes(stats.memCurrentBytes)} of ${formatBytes(options.memoryMbytes * MEGABYTE)}`,
        formatCount(stats.datasetItems, 'item'),
        ...(requests.total > 0
            ? [`${formatWhole(requests.handled)} of ${formatCount(requests.total, 'request')}`]
            : []),
    ].join(' · ');
    // Some terminals wrap the line at the last column, so it stays free.
    const room = output.width - 1 - maxColumns(`${frame} ${status}`);
    const shown = cutText(` ${facts}`, room);
    const message = run.statusMessage === undefined ? '' : ` · ${safeLine(run.statusMessage)}`;
    const rest = room - maxColumns(shown);
    const shownMessage = rest > LEAST_MESSAGE ? cutText(message, rest) : '';
    return `${output.paint('cyan', frame)} ${output.paint(statusStyle(status), status)}${output.paint('dim', shown)}${shownMessage}`;
}
