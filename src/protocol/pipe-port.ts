import { EventEmitter } from 'node:events';
import { encodeFrame, FrameReader, InvalidFrameError } from './frames.js';
import type { Socket } from 'node:net';
import type { Port } from './messages.js';

/** One end of the channel between a host and the process of an Actor: one pipe for each direction. */
export class PipePort extends EventEmitter implements Port {
    readonly #write: (frame: Buffer) => void;
    readonly #streams: readonly Socket[];
    readonly #reader = new FrameReader();

    /**
     * @param write - Writes to the pipe for the other direction.
     * @param otherStreams - Streams that pause, resume and close together with the channel.
     */
    constructor(incoming: Socket, write: (frame: Buffer) => void, otherStreams: readonly Socket[] = []) {
        super();
        this.#write = write;
        this.#streams = [incoming, ...otherStreams];
        incoming.on('data', (chunk: Buffer) => this.#read(chunk));
        incoming.on('error', () => {});
        incoming.on('close', () => this.emit('close'));
    }

    postMessage(message: unknown): void {
        this.#write(encodeFrame(message));
    }

    close(): void {
        this.#forEach('destroy');
    }

    pause(): void {
        this.#forEach('pause');
    }

    resume(): void {
        this.#forEach('resume');
    }

    ref(): void {
        this.#forEach('ref');
    }

    unref(): void {
        this.#forEach('unref');
    }

    #forEach(method: 'destroy' | 'pause' | 'resume' | 'ref' | 'unref'): void {
        for (const stream of this.#streams) stream[method]();
    }

    #read(chunk: Buffer): void {
        try {
            for (const message of this.#reader.decode(chunk)) this.emit('message', message);
        } catch (error) {
            if (!(error instanceof InvalidFrameError)) throw error;
            // The start of the next message is unknown.
            this.#streams[0]?.destroy();
            this.emit('messageerror', error);
        }
    }
}
