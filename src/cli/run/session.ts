import { rmSync } from 'node:fs';
import { isEngineError } from '../../errors/engine-error.js';
import { apiOf, findServer, makeStorageDir, openEngine, storageDirOf } from '../backend/connect.js';
import { readLog } from '../backend/read-log.js';
import { SignalHandler } from '../signals.js';
import { formatLogLine, linesOf } from '../ui/log-line.js';
import { StatusLine } from '../ui/progress.js';
import { cutText, maxColumns, safeLine } from '../ui/escape-control-characters.js';
import { statusStyle, type Output } from '../ui/terminal.js';
import { formatBytes, formatCount, formatDuration, formatWhole } from '../ui/units.js';
import { httpClient, type RunnerClient } from './http-client.js';
import { exitCodeOf, printResult, readOutcome, readProgress, type RunOutcome, type RunProgress } from './report.js';
import type { OptionsOf, DATA_OPTIONS } from '../command.js';
import type { Cli } from '../cli.js';
import type { Api } from '../backend/api.js';
import type { Run } from '../../model/api/run.js';

/** Options of commands that follow a run. */
export interface SessionOptions extends OptionsOf<typeof DATA_OPTIONS> {
    /** If set, neither log nor progress is shown. */
    readonly quiet?: boolean;
    /** The number of items to show. */
    readonly show: number;
}

/** How often the status line is redrawn and the run is polled, in milliseconds. */
const REDRAW_MILLIS = 100;
const POLL_MILLIS = 300;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Columns from which a part of the status message is worth showing. */
const LEAST_MESSAGE = 8;

/** The runs of one call of a command, with their logs and progress; Ctrl+C aborts the current one, gracefully at first. */
export class RunSession {
    readonly api: Api;
    /** In this process it avoids the API: what Node loads for the first request takes longer than many a run. */
    readonly client: RunnerClient;
    readonly interrupts: SignalHandler;
    readonly #line: StatusLine;
    readonly #options: Pick<SessionOptions, 'quiet' | 'show'>;
    #currentId: string | undefined;
    /** Set by an abort before the run exists. */
    #isAbortPending = false;
    hasRun = false;

    constructor(
        api: Api,
        line: StatusLine,
        interrupts: SignalHandler,
        options: Pick<SessionOptions, 'quiet' | 'show'>,
    ) {
        this.api = api;
        this.client = api.engine?.client ?? httpClient(api);
        this.interrupts = interrupts;
        this.#line = line;
        this.#options = options;
        interrupts.listen((gracefully) => {
            this.print(gracefully ? 'Aborting gracefully. Press Ctrl+C again to stop now.' : 'Stopping now.');
            // A run that has just ended needs no abort.
            this.abort(gracefully).catch(() => {});
        });
    }

    /** Writes a line of the command. */
    print(text: string): void {
        void this.#line.above(text);
    }

    /** Starts a run and shows it to its end. */
    async follow(start: () => Promise<Run>): Promise<RunOutcome> {
        try {
            const run = await start();
            this.#currentId = run.id;
            this.hasRun = true;
            if (this.#isAbortPending) await this.abort(false);
            const ended = this.#options.quiet
                ? await this.client.run(run.id).waitForFinish()
                : await this.#showToEnd(run);
            return await readOutcome(this.client, ended, this.#options.show, this.api.place);
        } finally {
            this.#currentId = undefined;
            this.#isAbortPending = false;
        }
    }

    /** Aborts the current run, or the one that is about to start. */
    async abort(gracefully: boolean): Promise<void> {
        if (this.#currentId === undefined) this.#isAbortPending = true;
        else await this.client.run(this.#currentId).abort({ gracefully });
    }

    async #showToEnd(run: Run): Promise<Run> {
        const startedAt = performance.now();
        const { output } = this.#line;
        let progress: RunProgress = { run, requests: { handled: 0, total: 0 } };
        const draw = (): void => this.#line.show(formatProgress(progress, performance.now() - startedAt, output));
        let isPolling = false;
        const poll = async (): Promise<void> => {
            if (isPolling) return;
            isPolling = true;
            progress = await readProgress(this.client, run.id).catch(() => progress);
            isPolling = false;
        };
        const timers = output.isInteractive
            ? [setInterval(draw, REDRAW_MILLIS), setInterval(() => void poll(), POLL_MILLIS)]
            : [];
        try {
            await this.#showLog(run.id);
            return await this.client.run(run.id).waitForFinish();
        } finally {
            for (const timer of timers) clearInterval(timer);
            this.#line.clear();
        }
    }

    async #showLog(runId: string): Promise<void> {
        const { output } = this.#line;
        try {
            const lines = this.api.engine
                ? linesOf(
                      ((await this.api.engine.client.log(runId).stream({ raw: true })) ??
                          []) as AsyncIterable<Uint8Array>,
                  )
                : readLog(this.api, runId, { follow: true });
            // A slow reader slows down the reading of the log, so it does not pile up in memory.
            for await (const line of lines) await this.#line.above(formatLogLine(line, output));
        } catch (error) {
            // The run continues; `waitForFinish` fails if the server is gone.
            const reason = error instanceof Error ? error.message : String(error);
            this.print(output.paint('dim', `The log broke off (${reason}): greenroom log ${runId}`));
        }
    }
}

/** Opens a session for some work, on a server or the storage directory, and closes it afterwards; a run in this process is ended at once. */
export async function withSession(
    cli: Cli,
    options: SessionOptions,
    work: (session: RunSession) => Promise<void>,
): Promise<void> {
    const line = new StatusLine(options.json ? cli.err : cli.out);
    const server = findServer(cli, options);
    const storageDir = storageDirOf(cli, options);
    const isNew = server === undefined && makeStorageDir(storageDir);
    const interrupts = new SignalHandler();
    let session: RunSession | undefined;
    try {
        // A spare thread for a second run would only slow down the first.
        const open = () => openEngine(cli, { storageDir, prewarm: 0 }, (text) => void line.above(text));
        session = new RunSession(server ?? apiOf(await open(), storageDir), line, interrupts, options);
        await work(session);
    } finally {
        await session?.api.engine?.close({ force: true });
        // A new storage directory without a run is of no use.
        if (isNew && session?.hasRun !== true) rmSync(storageDir, { recursive: true, force: true });
        interrupts.stop();
    }
}

/** Runs an Actor once, and sets the exit code by the outcome. */
export async function runOnce(cli: Cli, session: RunSession, start: () => Promise<Run>, isJson = false): Promise<void> {
    try {
        const outcome = await session.follow(start);
        await printResult(cli, outcome, isJson);
        cli.exitCode = exitCodeOf(outcome.run, session.interrupts);
    } catch (error) {
        // The error of a start that was interrupted.
        if (session.interrupts.exitCode === undefined || !isEngineError(error)) throw error;
        cli.exitCode = session.interrupts.exitCode;
    }
}

/** Formats the progress of a run on one line: status, time, memory, results, and the status message if it fits. */
export function formatProgress({ run, requests }: RunProgress, elapsedMillis: number, output: Output): string {
    const frame = FRAMES[Math.floor(elapsedMillis / REDRAW_MILLIS) % FRAMES.length]!;
    const { stats, options, status } = run;
    const facts = [
        formatDuration(Math.floor(elapsedMillis / 100) * 100),
        `${formatBytes(stats.memCurrentBytes)} of ${formatBytes(options.memoryMbytes * 1024 ** 2)}`,
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
