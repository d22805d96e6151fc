import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { LineAssembler } from './line-assembler.js';
import { collectSecretTexts } from './secret-texts.js';
import type { LogBatch } from '../protocol/console.js';
import type { Clock } from '../util/clock.js';

/** Dependencies of a {@link RunLog}. */
export interface RunLogDependencies {
    clock: Clock;
    /** Called with each complete line, with its timestamp. */
    onLine: (line: string) => void;
    /** Called with all new text, to store it. */
    onText: (text: string) => void;
}

/** Maximum number of characters in a log, as on the platform. */
export const MAX_LOG_CHARS = 10_485_760;

/** Reserved for the line that replaces dropped lines. */
const NOTICE_CHARS = 512;
const MAX_TEXT_CHARS = MAX_LOG_CHARS - NOTICE_CHARS;

/** Maximum number of lines in a batch. */
const BATCH_LINES = 1_000;

/** Shorter secrets would match parts of ordinary words, so they are redacted only as whole words. */
const MIN_SECRET_CHARS = 8;
/** Shorter secrets are not redacted. */
const MIN_WORD_CHARS = 4;

/**
 * The log of one live run. It turns the text of the two output streams into lines with timestamps. The lines of each stream are
 * assembled separately, since chunks may end in the middle of a line and alternate between the streams. If the log exceeds its
 * maximum size, the oldest lines are dropped, and a notice at the beginning says so.
 */
export class RunLog {
    readonly #dependencies: RunLogDependencies;
    /** The assembler of each stream that has been written to. */
    readonly #streams: { stdout?: LineAssembler; stderr?: LineAssembler } = {};
    #lines: string[] = [];
    /** Number of the first line in `#lines`. Dropped lines keep their numbers. */
    #firstIndex = 0;
    #chars = 0;
    /** The line that replaces the dropped lines. */
    #droppedNotice: string | undefined;
    #ended = false;
    /** Emits `change` when lines are added and when the log ends. */
    readonly #changes = new EventEmitter().setMaxListeners(0);
    /** All texts to redact. A run that continues as another Actor can still read the secrets of the Actor before. */
    #hidden: readonly string[] = [];
    #secrets: readonly string[] = [];
    #secretWords: RegExp | undefined;

    /** @param text - The log of earlier executions of the run. */
    constructor(dependencies: RunLogDependencies, text = '') {
        this.#dependencies = dependencies;
        this.#lines = splitLines(text);
        this.#chars = text.length;
    }

    /** Redacts the texts in these values, too, from now on. Texts of less than four characters are not redacted. */
    hide(secrets: readonly unknown[]): void {
        const texts = collectSecretTexts(secrets, this.#hidden);
        this.#hidden = texts;
        this.#secrets = texts.filter(({ length }) => length >= MIN_SECRET_CHARS);
        const words = texts.filter(({ length }) => length >= MIN_WORD_CHARS && length < MIN_SECRET_CHARS);
        this.#secretWords = words.length === 0 ? undefined : createWordPattern(words);
    }

    /** Returns a text without the secrets. */
    redact(text: string): string {
        let redacted = text;
        for (const secret of this.#secrets) {
            if (redacted.includes(secret)) redacted = redacted.replaceAll(secret, '***');
        }
        return this.#secretWords === undefined ? redacted : redacted.replace(this.#secretWords, '***');
    }

    /** Adds output of the Actor, in chunks of any size. */
    write(stream: 'stdout' | 'stderr', text: string): void {
        const assembler = (this.#streams[stream] ??= new LineAssembler((line) => this.redact(line)));
        this.#add(assembler.push(text));
    }

    /** Adds a line of the engine. */
    note(text: string): void {
        const assembler = new LineAssembler((line) => this.redact(line));
        this.#add(assembler.push(`${text}\n`));
    }

    /** Ends the log. Text without a final line break becomes the last line. */
    end(): void {
        for (const stream of ['stdout', 'stderr'] as const) this.#add(this.#streams[stream]?.end() ?? []);
        this.#ended = true;
        this.#changes.emit('change');
    }

    /** Returns the text so far, without dropped lines; see {@link MAX_LOG_CHARS}. */
    text(): string {
        const first = this.#droppedNotice === undefined ? '' : `${this.#droppedNotice}\n`;
        return this.#lines.length === 0 ? first : `${first}${this.#lines.join('\n')}\n`;
    }

    /** True if lines have been dropped, so that {@link RunLog.text} is shorter than the text that was passed to `onText`. */
    get hasDropped(): boolean {
        return this.#droppedNotice !== undefined;
    }

    /**
     * Yields the lines from the number `from` on, then new lines until the log ends or the signal is aborted. A slow reader misses
     * lines that are dropped before it gets to them. If `from` is beyond the last line, all lines are returned.
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
     * Yields all lines from the beginning, then new lines until the log ends. If lines were dropped before a slow reader got to them,
     * it gets a notice in their place.
     */
    async *follow(): AsyncGenerator<string> {
        let next = 0;
        for await (const { from, lines } of this.batches(0)) {
            if (from > next) yield this.#createNotice(from - next);
            yield* lines;
            next = from + lines.length;
        }
    }

    #add(rawLines: readonly string[]): void {
        if (rawLines.length === 0) return;
        const timestamp = this.#timestamp();
        const lines = rawLines.map((line) => `${timestamp} ${line}`);
        for (const line of lines) {
            this.#lines.push(line);
            this.#chars += line.length + 1;
            this.#dependencies.onLine(line);
        }
        this.#dependencies.onText(`${lines.join('\n')}\n`);
        if (this.#chars > MAX_TEXT_CHARS) this.#dropOldest();
        this.#changes.emit('change');
    }

    /** Drops a tenth of the log at a time, so that a full log does not copy its lines for each new one. */
    #dropOldest(): void {
        let dropped = 0;
        while (this.#chars > MAX_TEXT_CHARS * 0.9 && dropped < this.#lines.length - 1) {
            this.#chars -= this.#lines[dropped]!.length + 1;
            dropped += 1;
        }
        this.#lines = this.#lines.slice(dropped);
        this.#firstIndex += dropped;
        this.#droppedNotice = this.#createNotice(this.#firstIndex);
    }

    #createNotice(lineCount: number): string {
        return `${this.#timestamp()} ${droppedNotice(lineCount.toLocaleString('en'))}`;
    }

    #timestamp(): string {
        return new Date(this.#dependencies.clock.now()).toISOString();
    }
}

function createWordPattern(words: readonly string[]): RegExp {
    const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${escaped.join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
}

/** Returns the text that replaces dropped lines in a log. */
function droppedNotice(count: string): string {
    const max = MAX_LOG_CHARS.toLocaleString('en');
    return (
        `[${count} older lines were dropped: a log keeps the latest ${max} characters. Log less, or store the data in a ` +
        'dataset or a key-value store.]'
    );
}

/**
 * Returns the latest part of a stored log, in the form in which {@link RunLog} has it after dropping lines.
 *
 * @param isCut - True if the beginning of the text is missing already, possibly up to the middle of a line.
 */
export function latestText(text: string, isCut: boolean): string {
    if (!isCut && text.length <= MAX_LOG_CHARS) return text;
    const start = Math.max(0, text.length - MAX_TEXT_CHARS);
    const end = text.indexOf('\n', start);
    const rest = text.slice(end < 0 ? start : end + 1);
    const [timestamp = ''] = rest.split(' ', 1);
    return `${timestamp} ${droppedNotice('Some')}\n${rest}`;
}

/** Splits a text into lines. */
export function splitLines(text: string): string[] {
    return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Yields the lines of a finished log as {@link RunLog.batches} does. */
export function* splitBatches(text: string, from: number): Generator<LogBatch> {
    const lines = splitLines(text);
    for (let next = from > lines.length ? 0 : from; next < lines.length; next += BATCH_LINES) {
        yield { from: next, lines: lines.slice(next, next + BATCH_LINES) };
    }
}

/** Creates a stream of text from lines. */
export function streamLines(lines: AsyncIterable<string>): Readable {
    const withBreaks = async function* (): AsyncGenerator<string> {
        for await (const line of lines) yield `${line}\n`;
    };
    return Readable.from(withBreaks(), { objectMode: false });
}
