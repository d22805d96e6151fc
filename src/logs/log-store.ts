import { stripVTControlCharacters } from 'node:util';
import { batchesOf, RunLog, streamLines, type RunLogParts } from './run-log.js';
import type { Readable } from 'node:stream';
import type { Clock } from '../util/clock.js';
import type { LogBatch } from '../protocol/console.js';
import type { LogSink } from './log-sink.js';

/** Whether colours and other control sequences are left in a log: `raw` is as the Actor wrote it. */
export type LogForm = 'plain' | 'raw';

/** The text of one log. */
export type LogText = readonly [runId: string, text: string];

/** What the logs stand on. */
export interface LogStoreParts {
    clock: Clock;
    /** Keeps logs on disk; without it they stay in memory. */
    sink?: LogSink;
    /** What there is already that no sink keeps. */
    texts?: readonly LogText[];
    onLine: (runId: string, line: string) => void;
    /** Told, once for each log, that the sink does not take its text any more. */
    onSinkError: (runId: string, error: unknown) => void;
}

/** The logs of all runs: live ones, and what has been kept of those that ended. */
export class LogStore {
    readonly #parts: LogStoreParts;
    readonly #logs = new Map<string, RunLog>();
    /** Texts of logs that have ended and that no sink keeps. */
    readonly #ended: Map<string, string>;
    /** Logs that the sink has not all of. */
    readonly #broken = new Set<string>();

    constructor(parts: LogStoreParts) {
        this.#parts = parts;
        this.#ended = new Map(parts.texts);
    }

    /** The log of a run that is about to write; goes on with what there is of it. */
    open(runId: string): RunLog {
        const existing = this.#logs.get(runId);
        if (existing) return existing;
        const { clock, onLine } = this.#parts;
        const parts: RunLogParts = {
            clock,
            onLine: (line) => onLine(runId, line),
            keep: (text) => this.#keep(runId, text),
        };
        const log = new RunLog(parts, this.#keptText(runId));
        this.#ended.delete(runId);
        this.#logs.set(runId, log);
        return log;
    }

    /** A disk that is full must not end the run, and still less the host; the log stays whole in memory. */
    #keep(runId: string, text: string): void {
        const { sink, onSinkError } = this.#parts;
        if (sink === undefined || this.#broken.has(runId)) return;
        try {
            sink.append(runId, text);
        } catch (error) {
            this.#broken.add(runId);
            onSinkError(runId, error);
        }
    }

    /** Ends a log. Of what the sink does not keep, the bare text stays in memory. */
    end(runId: string): void {
        const log = this.#logs.get(runId);
        if (log === undefined) return;
        log.end();
        this.#endSink(runId, log.hasDropped ? log.text() : undefined);
        if (this.#parts.sink === undefined || this.#broken.has(runId)) this.#ended.set(runId, log.text());
        this.#logs.delete(runId);
    }

    #endSink(runId: string, text: string | undefined): void {
        const { sink, onSinkError } = this.#parts;
        const isBroken = this.#broken.has(runId);
        try {
            sink?.end(runId, isBroken ? undefined : text);
        } catch (error) {
            this.#broken.add(runId);
            onSinkError(runId, error);
        }
    }

    /** The text so far, or undefined if there is no such log. */
    text(runId: string, form: LogForm = 'plain'): string | undefined {
        const text = this.#logs.get(runId)?.text() ?? this.#keptText(runId);
        return text === undefined || form === 'raw' ? text : stripVTControlCharacters(text);
    }

    /** The lines of a log: those there are, then each new one until the run ends. */
    async *lines(runId: string, form: LogForm = 'plain'): AsyncGenerator<string> {
        for await (const line of this.#rawLines(runId)) yield form === 'raw' ? line : stripVTControlCharacters(line);
    }

    /** Its lines with colours, as {@link RunLog.batches} has them. */
    async *batches(runId: string, from: number, signal: AbortSignal): AsyncGenerator<LogBatch> {
        const live = this.#logs.get(runId);
        yield* live === undefined ? batchesOf(this.#keptText(runId) ?? '', from) : live.batches(from, signal);
    }

    stream(runId: string, form?: LogForm): Readable | undefined {
        return this.text(runId, 'raw') === undefined ? undefined : streamLines(this.lines(runId, form));
    }

    /** All logs as they are at this moment. */
    dump(): LogText[] {
        const ids = new Set([...(this.#parts.sink?.ids() ?? []), ...this.#ended.keys(), ...this.#logs.keys()]);
        return Array.from(ids, (id) => [id, this.text(id, 'raw') ?? '']);
    }

    #keptText(runId: string): string | undefined {
        return this.#ended.get(runId) ?? this.#parts.sink?.read(runId);
    }

    async *#rawLines(runId: string): AsyncGenerator<string> {
        const live = this.#logs.get(runId);
        if (live) return yield* live.follow();
        const text = this.#keptText(runId) ?? '';
        if (text !== '') yield* text.slice(0, -1).split('\n');
    }

    remove(runId: string): void {
        this.#logs.delete(runId);
        this.#ended.delete(runId);
        this.#broken.delete(runId);
        this.#parts.sink?.remove(runId);
    }
}
