import { EventEmitter } from 'node:events';
import { encodeFrame, FrameReader, UnreadableFrame } from '../protocol/frames.js';
import type { Port } from '../protocol/messages.js';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

interface Pipes {
    incoming: Socket;
    outgoing: Socket;
    /** What else it writes to; it is read no faster than the channel. */
    besides: readonly Readable[];
}

/** The host's end of the channel to an Actor in a process of its own: one pipe for each direction. */
export class PipePort extends EventEmitter implements Port {
    readonly #incoming: Socket;
    readonly #outgoing: Socket;
    readonly #besides: readonly Readable[];
    readonly #reader = new FrameReader();

    constructor({ incoming, outgoing, besides }: Pipes) {
        super();
        this.#incoming = incoming;
        this.#outgoing = outgoing;
        this.#besides = besides;
        incoming.on('data', (chunk: Buffer) => this.#read(chunk));
        incoming.on('close', () => this.emit('close'));
        // A process that has gone takes nothing more; that it has gone is seen by its other pipe.
        outgoing.on('error', () => {});
        incoming.on('error', () => {});
    }

    #read(chunk: Buffer): void {
        try {
            for (const message of this.#reader.read(chunk)) this.emit('message', message);
        } catch (error) {
            if (!(error instanceof UnreadableFrame)) throw error;
            // Where the next message begins nobody knows.
            this.#incoming.destroy();
            this.emit('messageerror', error);
        }
    }

    postMessage(message: unknown): void {
        const frame = encodeFrame(message);
        if (this.#outgoing.writable) this.#outgoing.write(frame);
    }

    close(): void {
        this.#outgoing.destroy();
        this.#incoming.destroy();
    }

    pause(): void {
        for (const stream of [this.#incoming, ...this.#besides]) stream.pause();
    }

    resume(): void {
        for (const stream of [this.#incoming, ...this.#besides]) stream.resume();
    }

    ref(): void {
        this.#incoming.ref();
        this.#outgoing.ref();
    }

    unref(): void {
        this.#incoming.unref();
        this.#outgoing.unref();
    }
}
