import { StringDecoder } from 'node:string_decoder';
import { OUTPUT_CHUNK_CHARS, outputCost, type OutputBackpressure } from '../../protocol/flow-control.js';
import type { MessageSink } from './host-connection.js';

/** The destination of output. */
export interface OutputTarget extends MessageSink {
    /** Limits the pending output; omitted if something else throttles the writer. */
    readonly backpressure?: OutputBackpressure | undefined;
}

type WriteCallback = (error?: Error | null) => void;

/**
 * Sends the Actor's output to stdout and stderr directly to the host. The thread's own streams depend on the event
 * loops of both sides: a busy loop or a sudden end would lose lines. If the host falls behind, writes block.
 *
 * @param findTarget - Returns the target for output of the code that is executing.
 * @returns A function that flushes an incomplete character.
 */
export function captureOutput(findTarget: () => OutputTarget): () => void {
    const send = (stream: 'stdout' | 'stderr', text: string): void => {
        const target = findTarget();
        for (let from = 0; from < text.length; from += OUTPUT_CHUNK_CHARS) {
            const chunk = text.slice(from, from + OUTPUT_CHUNK_CHARS);
            target.backpressure?.acquire(outputCost(chunk));
            target.post({ type: 'output', stream, text: chunk });
        }
    };
    const flushAll = (['stdout', 'stderr'] as const).map((stream) =>
        captureStream(stream, (text) => send(stream, text)),
    );
    return () => {
        for (const flush of flushAll) flush();
    };
}

function captureStream(stream: 'stdout' | 'stderr', send: (text: string) => void): () => void {
    const decoder = new StringDecoder('utf8');
    const write = (
        chunk: string | Uint8Array,
        encoding?: BufferEncoding | WriteCallback,
        done?: WriteCallback,
    ): boolean => {
        if (typeof encoding === 'function') return write(chunk, undefined, encoding);
        if (typeof chunk !== 'string')
            send(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
        else if (isUtf8(encoding)) send(chunk);
        else send(decoder.write(Buffer.from(chunk, encoding)));
        if (done) process.nextTick(done);
        return true;
    };
    Object.assign(process[stream], { write, isTTY: false });
    return () => send(decoder.end());
}

function isUtf8(encoding: BufferEncoding | undefined): boolean {
    return encoding === undefined || encoding === null || encoding === 'utf8' || encoding === 'utf-8';
}
