import { stripVTControlCharacters } from 'node:util';
import { splitBatches, splitLines, RunLog, streamLines, type RunLogDependencies } from './run-log.js';
import type { Readable } from 'node:stream';
import type { Clock } from '../util/clock.js';
import type { LogBatch } from '../protocol/console.js';
import type { LogWriter } from './log-writer.js';

/** Whether colours and other control sequences are left in a log: `raw` is as the Actor wrote it. */
export type LogForm = 'plain' | 'raw';

/** The text of one log. */
export type LogText = readonly [runId: string, text: string];

/** What the logs stand on. */
export interface LogStoreDependencies {
    clock: Clock;
    /** Keeps logs on disk; without it they stay in memory. */
    writer?: LogWriter;
    /** What there is already that no sink keeps. */
    texts?: readonly LogText[];
    onLine: (runId: string, line: string) => void;
    /** Told, once for each log, that the sink does not take its text. */
    onWriteError: (runId: string, error: unknown) => void;
}

const MILLIS_BETWEEN_TRIES = 1000;

/** The logs of all runs: live ones, and what has been kept of those that ended. */
export class LogStore {
    readonly #parts: LogStoreDependencies;
    readonly #logs = new Map<string, RunLog>();
    /** Texts of logs that have ended and that no sink keeps. */
    readonly #ended: Map<string, string>;
    /** When the sink was last given the logs that it has not all of, in milliseconds since the epoch. */
    readonly #untaken = new Map<string, number>();

    constructor(parts: LogStoreDependencies) {
        this.#parts = parts;
        this.#ended = new Map(parts.texts);
    }

    /**
     * The log of a run that is about to write; continues what there is of it.
     *
     * @param isNew - True for a run that cannot have a log yet: nothing is looked for.
     */
    open(runId: string, isNew = false): RunLog {
        const existing = this.#logs.get(runId);
        if (existing) return existing;
        const { clock, onLine } = this.#parts;
        const parts: RunLogDependencies = {
            clock,
            onLine: (line) => onLine(runId, line),
            keep: (text) => this.#keep(runId, text),
        };
        const log = new RunLog(parts, isNew ? undefined : this.#keptText(runId));
        this.#ended.delete(runId);
        this.#logs.set(runId, log);
        return log;
    }

    /** A disk that is full must not end the run, and still less the host; once there is room again, the whole log is written. */
    #keep(runId: string, text: string): void {
        const { writer: sink, clock } = this.#parts;
        const triedAt = this.#untaken.get(runId);
        if (triedAt === undefined) this.#give(runId, () => sink?.append(runId, text));
        else if (clock.now() - triedAt >= MILLIS_BETWEEN_TRIES) this.#saveWhole(runId);
    }

    /** Ends a log. Of what the sink does not keep, the bare text stays in memory. */
    end(runId: string): void {
        const { writer: sink } = this.#parts;
        const log = this.#logs.get(runId);
        if (log === undefined) return;
        log.end();
        const isBroken = this.#untaken.has(runId);
        this.#give(runId, () => sink?.end(runId, log.hasDropped && !isBroken ? log.text() : undefined));
        if (sink === undefined || this.#untaken.has(runId)) this.#ended.set(runId, log.text());
        this.#logs.delete(runId);
        this.retryWrites();
    }

    /** Writes down the logs of ended runs that the disk has not taken; as many as it takes now. */
    retryWrites(): void {
        for (const runId of this.#untaken.keys()) {
            if (!this.#ended.has(runId)) continue;
            if (!this.#saveWhole(runId)) return;
            this.#ended.delete(runId);
        }
    }

    /** Gives the sink something of a log. Its first failure is told. */
    #give(runId: string, work: () => void): void {
        try {
            work();
        } catch (error) {
            const isFirst = !this.#untaken.has(runId);
            this.#untaken.set(runId, this.#parts.clock.now());
            if (isFirst) this.#parts.onWriteError(runId, error);
        }
    }

    /** Writes down all of a log that the sink did not take; returns false if it does not take it now either. */
    #saveWhole(runId: string): boolean {
        const { writer: sink, clock } = this.#parts;
        try {
            sink?.end(runId, this.#logs.get(runId)?.text() ?? this.#ended.get(runId));
            return this.#untaken.delete(runId);
        } catch {
            // Told when it was first tried.
            this.#untaken.set(runId, clock.now());
            return false;
        }
    }

    /** The text so far, or undefined if there is no such log. */
    text(runId: string, form: LogForm = 'plain'): string | undefined {
        const text = this.#logs.get(runId)?.text() ?? this.#keptText(runId);
        return text === undefined || form === 'raw' ? text : stripVTControlCharacters(text);
    }

    /** The lines of a log: those there are, then each new one until the run ends. */
    async *lines(runId: string, form: LogForm = 'plain'): AsyncGenerator<string> {
        const live = this.#logs.get(runId);
        const lines = live === undefined ? splitLines(this.#keptText(runId) ?? '') : live.follow();
        for await (const line of lines) yield form === 'raw' ? line : stripVTControlCharacters(line);
    }

    /** Its lines with colours, as {@link RunLog.batches} has them. */
    async *batches(runId: string, from: number, signal: AbortSignal): AsyncGenerator<LogBatch> {
        const live = this.#logs.get(runId);
        yield* live === undefined ? splitBatches(this.#keptText(runId) ?? '', from) : live.batches(from, signal);
    }

    stream(runId: string, form?: LogForm): Readable | undefined {
        return this.text(runId, 'raw') === undefined ? undefined : streamLines(this.lines(runId, form));
    }

    /** All logs in memory as they are at this moment. */
    dump(): LogText[] {
        const ids = new Set([...this.#ended.keys(), ...this.#logs.keys()]);
        return Array.from(ids, (id) => [id, this.text(id, 'raw') ?? '']);
    }

    #keptText(runId: string): string | undefined {
        return this.#ended.get(runId) ?? this.#parts.writer?.read(runId);
    }

    remove(runId: string): void {
        this.#logs.delete(runId);
        this.#ended.delete(runId);
        this.#untaken.delete(runId);
        this.#parts.writer?.remove(runId);
    }
}
