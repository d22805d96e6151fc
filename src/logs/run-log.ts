import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { LineAssembler } from './line-assembler.js';
import type { LogBatch } from '../protocol/console.js';
import type { Clock } from '../util/clock.js';

/** What a log stands on. */
export interface RunLogDependencies {
    clock: Clock;
    /** Told each line, complete and with its time stamp. */
    onLine: (line: string) => void;
    /** Told all text, as it is to be kept. */
    keep: (text: string) => void;
}

/** As many characters as the platform keeps of a log. */
export const MAX_LOG_CHARS = 10_485_760;

/** Left for the line that says what has been dropped. */
const NOTE_CHARS = 512;
const MOST_CHARS = MAX_LOG_CHARS - NOTE_CHARS;

/** So many lines are handed over at once. */
const BATCH_LINES = 1_000;

/** Shorter ones would be found in innocent words, and are hidden only where they are a word of their own. */
const MIN_SECRET_CHARS = 8;
/** Still shorter ones stay. */
const MIN_WORD_CHARS = 4;

/**
 * The log of one live run: text in, time-stamped lines out. Lines of the two streams may come in pieces and interleaved;
 * each is put together by itself. Once the log is larger than the platform would keep, the oldest lines go, which a line at
 * the beginning says.
 */
export class RunLog {
    readonly #parts: RunLogDependencies;
    /** Of each stream that has been written to. */
    readonly #open: { stdout?: LineAssembler; stderr?: LineAssembler } = {};
    #lines: string[] = [];
    /** Index of the first line that is still there; followers count from the very first. */
    #firstIndex = 0;
    #chars = 0;
    /** Said in place of the lines that have been dropped. */
    #dropped: string | undefined;
    #ended = false;
    /** Emits `change` with new lines, and at the end. */
    readonly #changes = new EventEmitter().setMaxListeners(0);
    #secrets: readonly string[] = [];
    #secretWords: RegExp | undefined;

    /** @param text - What an earlier life of the run has left. */
    constructor(parts: RunLogDependencies, text = '') {
        this.#parts = parts;
        this.#lines = splitLines(text);
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
        const open = (this.#open[stream] ??= new LineAssembler((line) => this.#redact(line)));
        this.#add(open.take(text));
    }

    /** Takes in what the engine has to say. */
    note(text: string): void {
        const whole = new LineAssembler((line) => this.#redact(line));
        this.#add(whole.take(`${text}\n`));
    }

    /** Ends the log; a line without a line break becomes the last one. */
    end(): void {
        for (const stream of ['stdout', 'stderr'] as const) this.#add(this.#open[stream]?.end() ?? []);
        this.#ended = true;
        this.#changes.emit('change');
    }

    /** All text so far, or what is left of it; see {@link MAX_LOG_CHARS}. */
    text(): string {
        const first = this.#dropped === undefined ? '' : `${this.#dropped}\n`;
        return this.#lines.length === 0 ? first : `${first}${this.#lines.join('\n')}\n`;
    }

    /** Whether lines have been dropped, so that its text is not all that was handed to be kept. */
    get hasDropped(): boolean {
        return this.#dropped !== undefined;
    }

    /**
     * The lines from the one with that number on, then each new one until the log ends or the signal is aborted. A slow reader
     * may miss the oldest; whoever asks for lines that were never there gets all.
     */
    async *batches(from: number, signal?: AbortSignal): AsyncGenerator<LogBatch> {
        let next = from > this.#firstIndex + this.#lines.length ? 0 : from;
        while (signal?.aborted !== true) {
            next = Math.max(next, this.#firstIndex);
            const lines = this.#lines.slice(next - this.#firstIndex, next - this.#firstIndex + BATCH_LINES);
            if (lines.length > 0) {
                yield { from: next, lines };
                next += lines.length;
            } else if (this.#ended) {
                return;
            } else {
                // Rejects when the signal is aborted.
                await once(this.#changes, 'change', signal && { signal }).catch(() => {});
            }
        }
    }

    /**
     * All lines from the beginning, then each new one until the log ends. It is told to a slow reader where lines were dropped
     * before it came to them.
     */
    async *follow(): AsyncGenerator<string> {
        let next = 0;
        for await (const { from, lines } of this.batches(0)) {
            if (from > next) yield this.#missing(from - next);
            yield* lines;
            next = from + lines.length;
        }
    }

    #add(rawLines: readonly string[]): void {
        if (rawLines.length === 0) return;
        const stamp = this.#stamp();
        const lines = rawLines.map((line) => `${stamp} ${line}`);
        for (const line of lines) {
            this.#lines.push(line);
            this.#chars += line.length + 1;
            this.#parts.onLine(line);
        }
        this.#parts.keep(`${lines.join('\n')}\n`);
        if (this.#chars > MOST_CHARS) this.#dropOldest();
        this.#changes.emit('change');
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
        while (this.#chars > MOST_CHARS * 0.9 && dropped < this.#lines.length - 1) {
            this.#chars -= this.#lines[dropped]!.length + 1;
            dropped += 1;
        }
        this.#lines = this.#lines.slice(dropped);
        this.#firstIndex += dropped;
        this.#dropped = this.#missing(this.#firstIndex);
    }

    #missing(lineCount: number): string {
        return `${this.#stamp()} ${missingNote(lineCount.toLocaleString('en'))}`;
    }

    #stamp(): string {
        return new Date(this.#parts.clock.now()).toISOString();
    }
}

function wordsPattern(words: readonly string[]): RegExp {
    const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${escaped.join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
}

/** What stands in a log in place of lines that are not kept. */
function missingNote(howMany: string): string {
    const most = MAX_LOG_CHARS.toLocaleString('en');
    return (
        `[${howMany} older lines of the log are not here: it keeps the latest ${most} characters. Log less, or store what is ` +
        'to be kept in a dataset or a key-value store.]'
    );
}

/**
 * The latest part of a text that was kept of a log, as {@link RunLog} would have left it.
 *
 * @param isCut - Whether its beginning, maybe in the middle of a line, is gone already.
 */
export function latestText(text: string, isCut: boolean): string {
    if (!isCut && text.length <= MAX_LOG_CHARS) return text;
    const least = Math.max(0, text.length - MOST_CHARS);
    const end = text.indexOf('\n', least);
    const rest = text.slice(end < 0 ? least : end + 1);
    const [stamp = ''] = rest.split(' ', 1);
    return `${stamp} ${missingNote('Some')}\n${rest}`;
}

/** The lines of a text. */
export function splitLines(text: string): string[] {
    return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** The lines of a text that does not change any more, as {@link RunLog.batches} has them. */
export function* splitBatches(text: string, from: number): Generator<LogBatch> {
    const lines = splitLines(text);
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
