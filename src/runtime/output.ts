import { StringDecoder } from 'node:string_decoder';
import { MOST_OUTPUT, OUTPUT_PIECE_CHARS, outputCost } from '../protocol/flow.js';
import type { Reporter } from './link.js';

type Written = (error?: Error | null) => void;

/**
 * Sends what the Actor writes to stdout and stderr straight to the host. The thread's own streams wait for the event
 * loop on both sides: a busy loop or a sudden end would lose lines. Where the host does not keep up, the write waits.
 *
 * @returns Sends the rest of a character that was never completed.
 */
export function captureOutput(reporter: Reporter, gate: OutputGate): () => void {
    const send = (stream: 'stdout' | 'stderr', text: string): void => {
        for (let from = 0; from < text.length; from += OUTPUT_PIECE_CHARS) {
            const piece = text.slice(from, from + OUTPUT_PIECE_CHARS);
            gate.pass(outputCost(piece));
            reporter.post({ type: 'output', stream, text: piece });
        }
    };
    const flushes = (['stdout', 'stderr'] as const).map((stream) =>
        captureStream(stream, (text) => send(stream, text)),
    );
    return () => {
        for (const flush of flushes) flush();
    };
}

function captureStream(stream: 'stdout' | 'stderr', send: (text: string) => void): () => void {
    const decoder = new StringDecoder('utf8');
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

/** Lets output pass while the host keeps up with it. */
export interface OutputGate {
    /** Waits until there is room, as a write to a full pipe does: the whole thread stands still. */
    pass(cost: number): void;
}

/** For where something else slows the writer down. */
export const OPEN_GATE: OutputGate = { pass: () => {} };

/**
 * A gate for a thread.
 *
 * @param underWay - One 32-bit word, to which this side adds what it sends, and from which the host takes what it has dealt with.
 */
export function sharedGate(underWay: SharedArrayBuffer): OutputGate {
    const words = new Int32Array(underWay);
    return {
        pass(cost) {
            for (let now = Atomics.load(words, 0); now > MOST_OUTPUT; now = Atomics.load(words, 0)) {
                Atomics.wait(words, 0, now);
            }
            Atomics.add(words, 0, cost);
        },
    };
}
