import { rmSync } from 'node:fs';
import { isEngineError } from '../../errors/engine-error.js';
import { createLocalApi, findServer, createStorageDir, openEngine, resolveStorageDir } from '../backend/connect.js';
import { readLog } from '../backend/read-log.js';
import { SignalHandler } from '../signals.js';
import { formatLogLine, splitLines } from '../ui/log-line.js';
import { StatusLine } from '../ui/progress.js';
import { cutText, maxColumns, safeLine } from '../ui/escape-control-characters.js';
import { statusStyle, type Output } from '../ui/terminal.js';
import { formatBytes, formatCount, formatDuration, formatInteger } from '../ui/units.js';
import { createHttpClient, type RunnerClient } from './http-client.js';
import { toExitCode, printResult, readOutcome, readProgress, type RunOutcome, type RunProgress } from './report.js';
import type { OptionsOf, DATA_OPTIONS } from '../command.js';
import type { Cli } from '../cli.js';
import type { Api } from '../backend/api.js';
import type { Run } from '../../model/api/run.js';

/** Options of commands that follow a run. */
export interface SessionOptions extends OptionsOf<typeof DATA_OPTIONS> {
    /** If set, log and progress are hidden. */
    readonly quiet?: boolean;
    /** Number of items to show. */
    readonly show: number;
}

/** Milliseconds between redraws of the status line, and between polls of the run. */
const REDRAW_MILLIS = 100;
const POLL_MILLIS = 300;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Minimum number of columns for a truncated status message. */
const MIN_MESSAGE_COLUMNS = 8;

/** The runs of one command call, with their logs and progress. Ctrl+C aborts the current run, gracefully at first. */
export class RunSession {
    readonly api: Api;
    /** For an engine in this process, its own client: loading `fetch` takes longer than a short run. */
    readonly client: RunnerClient;
    readonly signals: SignalHandler;
    readonly #line: StatusLine;
    readonly #options: Pick<SessionOptions, 'quiet' | 'show'>;
    #currentId: string | undefined;
    /** Set if an abort was requested before the run exists. */
    #isAbortPending = false;
    hasRun = false;

    constructor(api: Api, line: StatusLine, signals: SignalHandler, options: Pick<SessionOptions, 'quiet' | 'show'>) {
        this.api = api;
        this.client = api.engine?.client ?? createHttpClient(api);
        this.signals = signals;
        this.#line = line;
        this.#options = options;
        signals.listen((gracefully) => {
            this.print(gracefully ? 'Aborting gracefully. Press Ctrl+C again to stop now.' : 'Stopping now.');
            // Fails for a run that has just ended, which is fine.
            this.abort(gracefully).catch(() => {});
        });
    }

    /** Prints a line of the command. */
    print(text: string): void {
        void this.#line.above(text);
    }

    /** Starts a run and follows it to its end. */
    async follow(start: () => Promise<Run>): Promise<RunOutcome> {
        try {
            const run = await start();
            this.#currentId = run.id;
            this.hasRun = true;
            if (this.#isAbortPending) await this.abort(false);
            const finished = this.#options.quiet
                ? await this.client.run(run.id).waitForFinish()
                : await this.#followToEnd(run);
            return await readOutcome(this.client, finished, this.#options.show, this.api.location);
        } finally {
            this.#currentId = undefined;
            this.#isAbortPending = false;
        }
    }

    /** Aborts the current run, or the one that is about to start. */
    async abort(gracefully: boolean): Promise<void> {
        if (this.#currentId === undefined) {
            this.#isAbortPending = true;
            return;
        }
        const run = this.client.run(this.#currentId);
        // A run that has reached its timeout has already been asked to stop.
        const isStopping = gracefully && (await run.get())?.status === 'TIMING-OUT';
        await run.abort({ gracefully: gracefully && !isStopping });
    }

    async #followToEnd(run: Run): Promise<Run> {
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
                ? splitLines(
                      ((await this.api.engine.client.log(runId).stream({ raw: true })) ??
                          []) as AsyncIterable<Uint8Array>,
                  )
                : readLog(this.api, runId, { follow: true });
            // Awaited, so that the log does not pile up in memory for a slow reader.
            for await (const line of lines) await this.#line.above(formatLogLine(line, output));
        } catch (error) {
            // The run continues; `waitForFinish` fails if the server is unreachable.
            const reason = error instanceof Error ? error.message : String(error);
            this.print(
                output.paint('dim', `The log was interrupted (${reason}). Read it with: greenroom log ${runId}`),
            );
        }
    }
}

/** Opens a session on a server or the storage directory, does work with it, and closes it. A run in this process is stopped then. */
export async function withSession(
    cli: Cli,
    options: SessionOptions,
    work: (session: RunSession) => Promise<void>,
): Promise<void> {
    const line = new StatusLine(options.json ? cli.err : cli.out);
    const server = findServer(cli, options);
    const storageDir = resolveStorageDir(cli, options);
    const isNew = server === undefined && createStorageDir(storageDir);
    const signals = new SignalHandler();
    let session: RunSession | undefined;
    try {
        // A prewarmed thread for a second run would only slow down the first.
        const open = () => openEngine(cli, { storageDir, prewarm: 0 }, (text) => void line.above(text));
        session = new RunSession(server ?? createLocalApi(await open(), storageDir), line, signals, options);
        await work(session);
    } finally {
        await session?.api.engine?.close({ force: true });
        // A new storage directory without a run would only be clutter.
        if (isNew && session?.hasRun !== true) rmSync(storageDir, { recursive: true, force: true });
        signals.stop();
    }
}

/** Runs an Actor once and sets the exit code from the outcome. */
export async function runOnce(cli: Cli, session: RunSession, start: () => Promise<Run>, isJson = false): Promise<void> {
    try {
        const outcome = await session.follow(start);
        await printResult(cli, outcome, isJson);
        cli.exitCode = toExitCode(outcome.run, session.signals);
    } catch (error) {
        // After a signal, the start itself may fail.
        if (session.signals.exitCode === undefined || !isEngineError(error)) throw error;
        cli.exitCode = session.signals.exitCode;
    }
}

/** Formats the progress of a run on one line: status, time, memory, results, and the status message if it fits. */
export function formatProgress({ run, requests }: RunProgress, elapsedMillis: number, output: Output): string {
    const frame = FRAMES[Math.floor(elapsedMillis / REDRAW_MILLIS) % FRAMES.length]!;
    const { stats, options, status } = run;
    const details = [
        formatDuration(Math.floor(elapsedMillis / 100) * 100),
        `${formatBytes(stats.memCurrentBytes)} of ${formatBytes(options.memoryMbytes * 1024 ** 2)}`,
        formatCount(stats.datasetItems, 'item'),
        ...(requests.total > 0
            ? [`${formatInteger(requests.handled)} of ${formatCount(requests.total, 'request')}`]
            : []),
    ].join(' · ');
    // Some terminals wrap a line that reaches the last column.
    const room = output.width - 1 - maxColumns(`${frame} ${status}`);
    const shown = cutText(` ${details}`, room);
    const message = run.statusMessage === undefined ? '' : ` · ${safeLine(run.statusMessage)}`;
    const rest = room - maxColumns(shown);
    const shownMessage = rest > MIN_MESSAGE_COLUMNS ? cutText(message, rest) : '';
    return `${output.paint('cyan', frame)} ${output.paint(statusStyle(status), status)}${output.paint('dim', shown)}${shownMessage}`;
}
