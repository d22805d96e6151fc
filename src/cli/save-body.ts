import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { diskError } from '../storage/disk-error.js';
import { newId } from '../util/ids.js';
import { showProgress, type Progress } from './progress.js';
import { formatBytes, formatDuration } from './terminal/units.js';
import { untilInterrupted } from './until-interrupted.js';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { CommandCall } from './command.js';

/** Where the body of an answer goes. */
export interface SaveBodyTarget {
    /** Absolute path. */
    readonly file: string;
    /** What it is, for the last line: `12 items`. */
    readonly what: string;
}

/**
 * Saves the body of an answer as a file, as it comes, and tells of it on stderr. The file is there once it is whole: what was
 * there before stays until then, and for good if Ctrl+C gives it up.
 *
 * @returns The exit code.
 * @throws EngineError `storage-failed` when the disk refuses.
 */
export function saveBody(call: CommandCall, response: Response, { file, what }: SaveBodyTarget): Promise<number> {
    const { err } = call.terminal;
    return untilInterrupted(call, `Given up: ${file} was not written.`, async (signal) => {
        const start = performance.now();
        const bytes = await pour(response, { file, signal, progress: showProgress(err) });
        err.line(`Wrote ${what} to ${file} (${formatBytes(bytes)}, ${formatDuration(performance.now() - start)}).`);
    });
}

interface Pouring {
    readonly file: string;
    readonly signal: AbortSignal;
    readonly progress: Progress;
}

/** Writes it beside its place, and then moves it there; how many bytes there were is what comes back. */
async function pour(response: Response, { file, signal, progress }: Pouring): Promise<number> {
    const draft = `${file}.${newId()}.part`;
    let bytes = 0;
    const source = Readable.fromWeb((response.body ?? new Blob([]).stream()) as NodeReadableStream<Uint8Array>);
    const count = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const chunk of chunks) {
            bytes += chunk.byteLength;
            progress.tell(() => `${formatBytes(bytes)} written`);
            yield chunk;
        }
    };
    try {
        await pipeline(source, count, createWriteStream(draft), { signal });
        await rename(draft, file);
        return bytes;
    } catch (cause) {
        await rm(draft, { force: true });
        throw diskError('write', file, cause);
    } finally {
        progress.end();
    }
}
