import { Readable } from 'node:stream';
import type { LogBatch } from '../protocol/console.js';
import type { Clock } from '../util/clock.js';

/** What a log stands on. */
export interface RunLogParts {
    clock: Clock;
    /** Told each line, complete and with its time stamp. */
    onLine: (line: string) => void;
    /** Told all text, as it is to be kept. */
    keep: (text: string) => void;
}

/** As many characters as the platform keeps of a log. */
export const MAX_LOG_CHARS = 10_485_760;

/** So many lines are handed over at once. */
const BATCH_LINES = 1_000;

/** Shorter ones would be found in innocent words, and are hidden only where they are a word of their own. */
const MIN_SECRET_CHARS = 8;
/** Still shorter ones stay. */
const MIN_WORD_CHARS = 4;

/**
 * The log of one live run: text in, time-stamped lines out. Lines of the two streams may come in pieces and interleaved;
 * each is put together by itself. Once the log is larger than the platform would keep, the oldest lines go.
 */
export class RunLog {
    readonly #parts: RunLogParts;
    readonly #partial = { stdout: '', stderr: '' };
    #lines: string[] = [];
    /** Index of the first line that is still there; followers count from the very first. */
    #firstIndex = 0;
    #chars = 0;
    #ended = false;
    #wake: (() => void)[] = [];
    #secrets: readonly string[] = [];
    #secretWords: RegExp | undefined;

    /** @param text - What an earlier life of the run has left. */
    constructor(parts: RunLogParts, text = '') {
        this.#parts = parts;
        this.#lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
        this.#chars = text.length;
    }

    /** Hides values wherever they are written from now on, but for those of less than four characters. */
    hide(secrets: readonly string[]): void {
        this.#secrets = secrets.filter(({ length }) => length >= MIN_SECRET_CHARS);
        const words = secrets.filter(({ length }) => length >= MIN_WORD_CHARS && length < MIN_SECRET_CHARS);
        this.#secretWords = words.length === 0 ? undefined : wordsPattern(words);
    }

    /** Takes in what the Actor wrote, in whatever pieces it comes. */
    write(stream: 'stdout' | 'stderr', text: string): void {
        const lines = (this.#partial[stream] + text).split('\n');
        this.#partial[stream] = lines.pop() ?? '';
        this.#add(lines);
    }

    /** Takes in what the engine has to say. */
    note(text: string): void {
        this.#add(text.split('\n'));
    }

    /** Ends the log; a line without a line break becomes the last one. */
    end(): void {
        for (const stream of ['stdout', 'stderr'] as const) {
            const rest = this.#partial[stream];
            this.#partial[stream] = '';
            if (rest !== '') this.#add([rest]);
        }
        this.#ended = true;
        this.#wakeAll();
    }

    /** All text so far. */
    text(): string {
        return this.#lines.length === 0 ? '' : `${this.#lines.join('\n')}\n`;
    }

    /**
     * The lines from the one with that number on, then each new one until the log ends or the signal is aborted. A slow reader
     * may miss the oldest; whoever asks for lines that were never there gets all.
     */
    async *batches(from: number, signal: AbortSignal): AsyncGenerator<LogBatch> {
        let next = from > this.#firstIndex + this.#lines.length ? 0 : from;
        while (!signal.aborted) {
            next = Math.max(next, this.#firstIndex);
            const lines = this.#lines.slice(next - this.#firstIndex, next - this.#firstIndex + BATCH_LINES);
            if (lines.length > 0) {
                yield { from: next, lines };
                next += lines.length;
            } else if (this.#ended) {
                return;
            } else {
                await this.#more(signal);
            }
        }
    }

    #more(signal: AbortSignal): Promise<void> {
        return new Promise((resolve) => {
            const go = (): void => {
                signal.removeEventListener('abort', go);
                resolve();
            };
            signal.addEventListener('abort', go);
            this.#wake.push(go);
        });
    }

    /** All lines from the beginning, then each new one until the log ends. A slow reader may miss the oldest. */
    async *follow(): AsyncGenerator<string> {
        let next = 0;
        for (;;) {
            next = Math.max(next, this.#firstIndex);
            const line = this.#lines[next - this.#firstIndex];
            if (line !== undefined) {
                next += 1;
                yield line;
            } else if (this.#ended) {
                return;
            } else {
                await new Promise<void>((resolve) => this.#wake.push(resolve));
            }
        }
    }

    #add(rawLines: readonly string[]): void {
        if (rawLines.length === 0) return;
        const stamp = new Date(this.#parts.clock.now()).toISOString();
        const lines = rawLines.map(
            (line) => `${stamp} ${this.#redact(line.endsWith('\r') ? line.slice(0, -1) : line)}`,
        );
        for (const line of lines) {
            this.#lines.push(line);
            this.#chars += line.length + 1;
            this.#parts.onLine(line);
        }
        this.#parts.keep(`${lines.join('\n')}\n`);
        if (this.#chars > MAX_LOG_CHARS) this.#dropOldest();
        this.#wakeAll();
    }

    #redact(line: string): string {
        let redacted = line;
        for (const secret of this.#secrets) {
            if (redacted.includes(secret)) redacted = redacted.replaceAll(secret, '***');
        }
        return this.#secretWords === undefined ? redacted : redacted.replace(this.#secretWords, '***');
    }

    /** Drops a tenth at a time, so that a full log does not pay for each new line. */
    #dropOldest(): void {
        let dropped = 0;
        while (this.#chars > MAX_LOG_CHARS * 0.9 && dropped < this.#lines.length - 1) {
            this.#chars -= this.#lines[dropped]!.length + 1;
            dropped += 1;
        }
        this.#lines = this.#lines.slice(dropped);
        this.#firstIndex += dropped;
    }

    #wakeAll(): void {
        const waiting = this.#wake;
        this.#wake = [];
        for (const wake of waiting) wake();
    }
}

function wordsPattern(words: readonly string[]): RegExp {
    const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${escaped.join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
}

/** The lines of a text that does not change any more, as {@link RunLog.batches} has them. */
export function* batchesOf(text: string, from: number): Generator<LogBatch> {
    const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
    for (let next = from > lines.length ? 0 : from; next < lines.length; next += BATCH_LINES) {
        yield { from: next, lines: lines.slice(next, next + BATCH_LINES) };
    }
}

/** Lines as a stream of text, for those who pipe. */
export function streamLines(lines: AsyncIterable<string>): Readable {
    const withBreaks = async function* (): AsyncGenerator<string> {
        for await (const line of lines) yield `${line}\n`;
    };
    return Readable.from(withBreaks(), { objectMode: false });
}
