import { formatLogLine } from '../output/log-line.js';
import { StatusLine } from '../output/progress.js';
import { cutText, maxColumns, safeLine } from '../output/safe-text.js';
import { statusStyle, type Output } from '../output/terminal.js';
import { formatBytes, formatCount, formatDuration, formatWhole } from '../output/units.js';
import type { Run } from '../../model/run.js';
import type { RunnerClient } from './http-client.js';
import type { Runner } from './runner.js';

/** How often the status line is redrawn and the run is polled, in milliseconds. */
const REDRAW_MILLIS = 100;
const POLL_MILLIS = 300;
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

/** Shows the log of a run, and on a terminal its progress, until it ends. */
export class RunDisplay {
    readonly #output: Output;
    readonly #isQuiet: boolean;
    readonly #line: StatusLine;

    /** @param isQuiet - If set, neither log nor progress is shown. */
    constructor(output: Output, isQuiet: boolean) {
        this.#output = output;
        this.#isQuiet = isQuiet;
        this.#line = new StatusLine(output);
    }

    /** Writes a line of the command. */
    print(text: string): void {
        void this.#line.above(text);
    }

    /** Shows a run to its end and returns it. */
    async follow(runner: Runner, run: Run): Promise<Run> {
        const resource = runner.client.run(run.id);
        if (this.#isQuiet) return resource.waitForFinish();
        const startedAt = performance.now();
        let progress: RunProgress = { run, requests: { handled: 0, total: 0 } };
        const draw = (): void => this.#line.show(formatProgress(progress, performance.now() - startedAt, this.#output));
        let isPolling = false;
        const poll = async (): Promise<void> => {
            if (isPolling) return;
            isPolling = true;
            progress = await readProgress(runner.client, run.id).catch(() => progress);
            isPolling = false;
        };
        const timers = this.#output.isInteractive
            ? [setInterval(draw, REDRAW_MILLIS), setInterval(() => void poll(), POLL_MILLIS)]
            : [];
        try {
            await this.#showLog(runner, run.id);
            return await resource.waitForFinish();
        } finally {
            for (const timer of timers) clearInterval(timer);
            this.#line.clear();
        }
    }

    async #showLog(runner: Runner, runId: string): Promise<void> {
        try {
            // A slow reader slows down the reading of the log, so it does not pile up in memory.
            for await (const line of runner.readLog(runId)) await this.#line.above(formatLogLine(line, this.#output));
        } catch (error) {
            // The run continues; `waitForFinish` fails if the server is gone.
            const reason = error instanceof Error ? error.message : String(error);
            this.print(this.#output.paint('dim', `The log broke off (${reason}): greenroom log ${runId}`));
        }
    }
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
