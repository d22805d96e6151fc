import { stripVTControlCharacters } from 'node:util';
import { splitBatches, splitLines, RunLog, streamLines, type RunLogDependencies } from './run-log.js';
import type { Readable } from 'node:stream';
import type { Clock } from '../util/clock.js';
import type { LogBatch } from '../protocol/console.js';
import type { LogWriter } from './log-writer.js';

/** `plain` removes colors and other control sequences from a log; `raw` is the log as the Actor wrote it. */
export type LogForm = 'plain' | 'raw';

/** The text of one log. */
export type LogText = readonly [runId: string, text: string];

/** Dependencies of a {@link LogStore}. */
export interface LogStoreDependencies {
    clock: Clock;
    /** Writes logs to disk. Without it they stay in memory. */
    writer?: LogWriter;
    /** Existing logs that are not on disk. */
    texts?: readonly LogText[];
    onLine: (runId: string, line: string) => void;
    /** Called at the first failure to write a log, once for each log. */
    onWriteError: (runId: string, error: unknown) => void;
}

const RETRY_INTERVAL_MILLIS = 1000;

/** The logs of all runs and builds, live and finished. */
export class LogStore {
    readonly #dependencies: LogStoreDependencies;
    readonly #logs = new Map<string, RunLog>();
    /** Texts of finished logs that are not on disk. */
    readonly #finished: Map<string, string>;
    /** Logs that are not completely on disk, with the time of the last attempt in milliseconds since the epoch. */
    readonly #failedWrites = new Map<string, number>();

    constructor(dependencies: LogStoreDependencies) {
        this.#dependencies = dependencies;
        this.#finished = new Map(dependencies.texts);
    }

    /**
     * Opens the log of a run for writing. An existing log is continued.
     *
     * @param isNew - True for a run that cannot have a log yet. This skips the search for an existing one.
     */
    open(runId: string, isNew = false): RunLog {
        const existing = this.#logs.get(runId);
        if (existing) return existing;
        const { clock, onLine } = this.#dependencies;
        const dependencies: RunLogDependencies = {
            clock,
            onLine: (line) => onLine(runId, line),
            onText: (text) => this.#append(runId, text),
        };
        const log = new RunLog(dependencies, isNew ? undefined : this.#storedText(runId));
        this.#finished.delete(runId);
        this.#logs.set(runId, log);
        return log;
    }

    /** Writes text to disk. A full disk must not end the run or the process; the whole log is written when there is space again. */
    #append(runId: string, text: string): void {
        const { writer, clock } = this.#dependencies;
        const failedAt = this.#failedWrites.get(runId);
        if (failedAt === undefined) this.#tryWrite(runId, () => writer?.append(runId, text));
        else if (clock.now() - failedAt >= RETRY_INTERVAL_MILLIS) this.#writeWhole(runId);
    }

    /** Ends a log. If it is not on disk, its text stays in memory. */
    end(runId: string): void {
        const { writer } = this.#dependencies;
        const log = this.#logs.get(runId);
        if (log === undefined) return;
        log.end();
        const hasFailed = this.#failedWrites.has(runId);
        this.#tryWrite(runId, () => writer?.end(runId, log.hasDropped && !hasFailed ? log.text() : undefined));
        if (writer === undefined || this.#failedWrites.has(runId)) this.#finished.set(runId, log.text());
        this.#logs.delete(runId);
        this.retryWrites();
    }

    /** Retries failed writes of finished logs until one fails again. */
    retryWrites(): void {
        for (const runId of this.#failedWrites.keys()) {
            if (!this.#finished.has(runId)) continue;
            if (!this.#writeWhole(runId)) return;
            this.#finished.delete(runId);
        }
    }

    /** Writes a part of a log. Reports the first failure of each log. */
    #tryWrite(runId: string, write: () => void): void {
        try {
            write();
        } catch (error) {
            const isFirst = !this.#failedWrites.has(runId);
            this.#failedWrites.set(runId, this.#dependencies.clock.now());
            if (isFirst) this.#dependencies.onWriteError(runId, error);
        }
    }

    /** Writes a whole log after a failed write. Returns false if that fails again. */
    #writeWhole(runId: string): boolean {
        const { writer, clock } = this.#dependencies;
        try {
            writer?.end(runId, this.#logs.get(runId)?.text() ?? this.#finished.get(runId));
            return this.#failedWrites.delete(runId);
        } catch {
            // The first failure was reported.
            this.#failedWrites.set(runId, clock.now());
            return false;
        }
    }

    /** Returns the text so far, or undefined if the log does not exist. */
    text(runId: string, form: LogForm = 'plain'): string | undefined {
        const text = this.#logs.get(runId)?.text() ?? this.#storedText(runId);
        return text === undefined || form === 'raw' ? text : stripVTControlCharacters(text);
    }

    /** Yields the lines of a log, then new lines until the log ends. */
    async *lines(runId: string, form: LogForm = 'plain'): AsyncGenerator<string> {
        const live = this.#logs.get(runId);
        const lines = live === undefined ? splitLines(this.#storedText(runId) ?? '') : live.follow();
        for await (const line of lines) yield form === 'raw' ? line : stripVTControlCharacters(line);
    }

    /** Yields the lines of a log with their colors, as {@link RunLog.batches} does. */
    async *batches(runId: string, from: number, signal: AbortSignal): AsyncGenerator<LogBatch> {
        const live = this.#logs.get(runId);
        yield* live === undefined ? splitBatches(this.#storedText(runId) ?? '', from) : live.batches(from, signal);
    }

    stream(runId: string, form?: LogForm): Readable | undefined {
        return this.text(runId, 'raw') === undefined ? undefined : streamLines(this.lines(runId, form));
    }

    /** Returns a copy of all logs in memory. */
    dump(): LogText[] {
        const ids = new Set([...this.#finished.keys(), ...this.#logs.keys()]);
        return Array.from(ids, (id) => [id, this.text(id, 'raw') ?? '']);
    }

    #storedText(runId: string): string | undefined {
        return this.#finished.get(runId) ?? this.#dependencies.writer?.read(runId);
    }

    remove(runId: string): void {
        this.#logs.delete(runId);
        this.#finished.delete(runId);
        this.#failedWrites.delete(runId);
        this.#dependencies.writer?.remove(runId);
    }
}
