import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { fsError } from '../../storage/file/fs-error.js';
import { newId } from '../../util/ids.js';
import { isJsonType } from '../../util/json/json.js';
import { usageError } from '../errors.js';
import { withSignals } from '../signals.js';
import { StatusLine } from './progress.js';
import { safeJson, escapeControlCharacters } from './escape-control-characters.js';
import { formatBytes, formatDuration } from './units.js';
import type { Cli } from '../cli.js';
import type { Output } from './terminal.js';

/** Types that a person can read. */
const TEXT_TYPE = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|jsonl|x-ndjson|xml|javascript|yaml)|image\/svg)/;
const NEWLINE = 10;

/**
 * Streams the body of a response to stdout: byte by byte in a pipe, as safe text on a terminal. There a binary one is refused,
 * with the advice to use `--output`. With `endsLine`, the last line of a text is ended in a pipe, too.
 */
export async function printBody({ out }: Cli, response: Response, advice: string, endsLine = false): Promise<void> {
    const type = response.headers.get('content-type') ?? 'binary';
    const isText = TEXT_TYPE.test(type);
    if (out.isInteractive && !isText) {
        await response.body?.cancel();
        throw usageError(`This is ${type}, not text. Write it to a file with ${advice}, or pipe it to a program.`);
    }
    const isOpen = await writeChunks(out, response, isJsonType(type) ? safeJson : escapeControlCharacters);
    if ((out.isInteractive || (endsLine && isText)) && isOpen) out.line();
}

/** Returns true if the last line has no end. */
async function writeChunks(out: Output, { body }: Response, clean: (text: string) => string): Promise<boolean> {
    const decoder = new TextDecoder();
    let lastByte = NEWLINE;
    for await (const chunk of chunksOf(body)) {
        if (out.isGone) return false;
        lastByte = chunk.at(-1) ?? lastByte;
        await out.write(out.isInteractive ? clean(decoder.decode(chunk, { stream: true })) : chunk);
    }
    return lastByte !== NEWLINE;
}

/**
 * Saves the body of a response as a file and reports it on stderr. The file appears once it is complete; until then, and if
 * Ctrl+C cancels, an existing file stays.
 */
export async function saveBody(cli: Cli, response: Response, file: string, what: string): Promise<void> {
    const { err } = cli;
    await withSignals(cli, `Cancelled: ${file} was not written.`, async (signal) => {
        const start = performance.now();
        const bytes = await writeFile(response, file, new StatusLine(err), signal);
        err.line(`Wrote ${what} to ${file} (${formatBytes(bytes)}, ${formatDuration(performance.now() - start)}).`);
    });
}

/** Writes a draft beside the file, then renames it. Returns the number of bytes. */
async function writeFile({ body }: Response, file: string, status: StatusLine, signal: AbortSignal): Promise<number> {
    const draft = `${file}.${newId()}.part`;
    let bytes = 0;
    const count = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const chunk of chunks) {
            bytes += chunk.byteLength;
            status.update(() => `${formatBytes(bytes)} written`);
            yield chunk;
        }
    };
    try {
        await pipeline(chunksOf(body), count, createWriteStream(draft), { signal });
        await rename(draft, file);
        return bytes;
    } catch (cause) {
        await rm(draft, { force: true });
        throw fsError('write', file, cause);
    } finally {
        status.clear();
    }
}

/** The types of the DOM do not know that Node's streams can be iterated. */
function chunksOf(body: Response['body']): AsyncIterable<Uint8Array> {
    return (body ?? []) as unknown as AsyncIterable<Uint8Array>;
}
