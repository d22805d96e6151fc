import { StringDecoder } from 'node:string_decoder';
import type { Reporter } from './link.js';

type Written = (error?: Error | null) => void;

/**
 * Sends what the Actor writes to stdout and stderr straight to the host. The thread's own streams wait for the event
 * loop on both sides: a busy loop or a sudden end would lose lines.
 *
 * @returns Sends the rest of a character that was never completed.
 */
export function captureOutput(reporter: Reporter): () => void {
    const flushes = (['stdout', 'stderr'] as const).map((stream) => captureStream(reporter, stream));
    return () => {
        for (const flush of flushes) flush();
    };
}

function captureStream(reporter: Reporter, stream: 'stdout' | 'stderr'): () => void {
    const decoder = new StringDecoder('utf8');
    const send = (text: string): void => {
        if (text !== '') reporter.post({ type: 'output', stream, text });
    };
    const write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Written, done?: Written): boolean => {
        if (typeof encoding === 'function') return write(chunk, undefined, encoding);
        if (typeof chunk !== 'string')
            send(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
        else if (isText(encoding)) send(chunk);
        else send(decoder.write(Buffer.from(chunk, encoding)));
        if (done) process.nextTick(done);
        return true;
    };
    Object.assign(process[stream], { write, isTTY: false });
    return () => send(decoder.end());
}

function isText(encoding: BufferEncoding | undefined): boolean {
    return encoding === undefined || encoding === null || encoding === 'utf8' || encoding === 'utf-8';
}
