import { stripVTControlCharacters } from 'node:util';
import { batchesOf, linesOf, MAX_LOG_CHARS, RunLog, streamLines, type RunLogParts } from './run-log.js';
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
    /** Told, once for each log, that the sink does not take its text. */
    onSinkError: (runId: string, error: unknown) => void;
}

/** Text that waits for room on the disk. */
interface Untaken {
    text: string;
    /** When it was last tried, in milliseconds since the epoch. */
    triedAt: number;
}

const MILLIS_BETWEEN_TRIES = 1000;

/** The logs of all runs: live ones, and what has been kept of those that ended. */
export class LogStore {
    readonly #parts: LogStoreParts;
    readonly #logs = new Map<string, RunLog>();
    /** Texts of logs that have ended and that no sink keeps. */
    readonly #ended: Map<string, string>;
    /** What the sink has not taken, of logs that it has not all of. */
    readonly #untaken = new Map<string, Untaken>();

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

    /** A disk that is full must not end the run, and still less the host; once there is room again, the rest follows. */
    #keep(runId: string, text: string): void {
        const { sink, clock, onSinkError } = this.#parts;
        if (sink === undefined) return;
        const untaken = this.#untaken.get(runId);
        if (untaken !== undefined) {
            untaken.text = (untaken.text + text).slice(-MAX_LOG_CHARS);
            if (clock.now() - untaken.triedAt >= MILLIS_BETWEEN_TRIES) this.#tryAgain(runId, untaken);
            return;
        }
        try {
            sink.append(runId, text);
        } catch (error) {
            this.#untaken.set(runId, { text, triedAt: clock.now() });
            onSinkError(runId, error);
        }
    }

    #tryAgain(runId: string, untaken: Untaken): void {
        untaken.triedAt = this.#parts.clock.now();
        try {
            this.#parts.sink?.append(runId, untaken.text);
            this.#untaken.delete(runId);
        } catch {
            // Told the first time.
        }
    }

    /** Ends a log. Of what the sink does not keep, the bare text stays in memory. */
    end(runId: string): void {
        const log = this.#logs.get(runId);
        if (log === undefined) return;
        log.end();
        this.#endSink(runId, log.hasDropped ? log.text() : undefined);
        if (this.#parts.sink === undefined || this.#untaken.has(runId)) this.#ended.set(runId, log.text());
        this.#logs.delete(runId);
        if (this.#untaken.size > 0) this.saveLate();
    }

    /** Writes down the logs of ended runs that the disk has not taken; as many as it takes now. */
    saveLate(): void {
        for (const runId of this.#untaken.keys()) {
            const text = this.#ended.get(runId);
            if (text === undefined) continue;
            try {
                this.#parts.sink?.end(runId, text);
            } catch {
                // Told when it was first tried.
                return;
            }
            this.#untaken.delete(runId);
            this.#ended.delete(runId);
        }
    }

    #endSink(runId: string, text: string | undefined): void {
        const { sink, clock, onSinkError } = this.#parts;
        const isBroken = this.#untaken.has(runId);
        try {
            sink?.end(runId, isBroken ? undefined : text);
        } catch (error) {
            this.#untaken.set(runId, { text: '', triedAt: clock.now() });
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
        const live = this.#logs.get(runId);
        const lines = live === undefined ? linesOf(this.#keptText(runId) ?? '') : live.follow();
        for await (const line of lines) yield form === 'raw' ? line : stripVTControlCharacters(line);
    }

    /** Its lines with colours, as {@link RunLog.batches} has them. */
    async *batches(runId: string, from: number, signal: AbortSignal): AsyncGenerator<LogBatch> {
        const live = this.#logs.get(runId);
        yield* live === undefined ? batchesOf(this.#keptText(runId) ?? '', from) : live.batches(from, signal);
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
        return this.#ended.get(runId) ?? this.#parts.sink?.read(runId);
    }

    remove(runId: string): void {
        this.#logs.delete(runId);
        this.#ended.delete(runId);
        this.#untaken.delete(runId);
        this.#parts.sink?.remove(runId);
    }
}
