import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errnoOf, fsError } from '../../storage/file/fs-error.js';
import { newId } from '../../util/ids.js';
import { isJsonType } from '../../util/json/json.js';
import { usageError } from '../errors.js';
import { withSignals } from '../signals.js';
import { StatusLine } from './progress.js';
import { safeJson, escapeControlCharacters } from './escape-control-characters.js';
import { formatBytes, formatDuration } from './units.js';
import type { Cli } from '../cli.js';
import type { Output } from './terminal.js';

/** Types of readable text. */
const TEXT_TYPE = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|jsonl|x-ndjson|xml|javascript|yaml)|image\/svg)/;
const NEWLINE = 10;

/**
 * Streams the body of a response to stdout: unchanged in a pipe, as safe text on a terminal, which rejects binary content.
 *
 * @param option - The option that the error for binary content recommends: `--output FILE`.
 * @param endsLine - If set, a missing line end is added to a text in a pipe, too.
 */
export async function printBody({ out }: Cli, response: Response, option: string, endsLine = false): Promise<void> {
    const type = response.headers.get('content-type') ?? 'binary';
    const isText = TEXT_TYPE.test(type);
    if (out.isInteractive && !isText) {
        await response.body?.cancel();
        throw usageError(`This is ${type}, not text. Write it to a file with ${option}, or pipe it to a program.`);
    }
    const isOpen = await writeChunks(out, response, isJsonType(type) ? safeJson : escapeControlCharacters);
    if ((out.isInteractive || (endsLine && isText)) && isOpen) out.line();
}

/** Returns true if the last line is not terminated. */
async function writeChunks(out: Output, { body }: Response, clean: (text: string) => string): Promise<boolean> {
    const decoder = new TextDecoder();
    let lastByte = NEWLINE;
    for await (const chunk of toChunks(body)) {
        if (out.isClosed) return false;
        lastByte = chunk.at(-1) ?? lastByte;
        await out.write(out.isInteractive ? clean(decoder.decode(chunk, { stream: true })) : chunk);
    }
    return lastByte !== NEWLINE;
}

/**
 * Saves the body of a response as a file and reports it on stderr. The file appears once it is complete. Until then, and if
 * Ctrl+C cancels, an existing file is kept.
 */
export async function saveBody(cli: Cli, response: Response, file: string, label: string): Promise<void> {
    const { err } = cli;
    await withSignals(cli, `Cancelled: ${file} was not written.`, async (signal) => {
        const start = performance.now();
        const bytes = await writeFile(response, file, new StatusLine(err), signal);
        err.line(`Wrote ${label} to ${file} (${formatBytes(bytes)}, ${formatDuration(performance.now() - start)}).`);
    });
}

/** Writes a temporary file beside the file, then renames it. Returns the number of bytes. */
async function writeFile({ body }: Response, file: string, status: StatusLine, signal: AbortSignal): Promise<number> {
    const temporary = `${file}.${newId()}.part`;
    let bytes = 0;
    const count = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const chunk of chunks) {
            bytes += chunk.byteLength;
            status.update(() => `${formatBytes(bytes)} written`);
            yield chunk;
        }
    };
    try {
        await pipeline(toChunks(body), count, createWriteStream(temporary), { signal });
        await rename(temporary, file);
        return bytes;
    } catch (cause) {
        // Fails if a part of the path is a file.
        await rm(temporary, { force: true }).catch(() => {});
        if (errnoOf(cause) === 'ENOENT')
            throw usageError(`The directory '${dirname(file)}' does not exist. Create it, or choose another one.`);
        throw fsError('write', file, cause);
    } finally {
        status.clear();
    }
}

/** The DOM types lack async iteration, which Node's streams have. */
function toChunks(body: Response['body']): AsyncIterable<Uint8Array> {
    return (body ?? []) as unknown as AsyncIterable<Uint8Array>;
}
