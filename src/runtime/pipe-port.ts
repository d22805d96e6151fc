import { EventEmitter } from 'node:events';
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { ACTOR_TO_HOST_FD, encodeFrame, FrameReader, HOST_TO_ACTOR_FD } from '../protocol/frames.js';
import type { Port } from '../protocol/messages.js';

const NAP = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
/** To try again without a rest would take the processor from the host, which is to make room. */
const NAP_MILLIS = 0.2;

/**
 * The Actor's end of the channel of a process. It writes synchronously: what has been written is with the host, however
 * the process ends and whatever its event loop is busy with.
 */
export class PipePort extends EventEmitter implements Port {
    readonly #incoming: Socket;
    readonly #reader = new FrameReader();
    #isOpen = true;

    constructor() {
        super();
        this.#incoming = new Socket({ fd: HOST_TO_ACTOR_FD, readable: true, writable: false });
        this.#incoming.on('data', (chunk: Buffer) => {
            for (const message of this.#reader.read(chunk)) this.emit('message', message);
        });
        this.#incoming.on('error', () => {});
        this.#incoming.on('close', () => {
            this.#isOpen = false;
            this.emit('close');
        });
    }

    postMessage(message: unknown): void {
        const frame = encodeFrame(message);
        for (let written = 0; this.#isOpen && written < frame.length;) written += this.#write(frame, written);
    }

    close(): void {
        this.#isOpen = false;
        this.#incoming.destroy();
    }

    ref(): void {
        this.#incoming.ref();
    }

    unref(): void {
        this.#incoming.unref();
    }

    #write(frame: Buffer, offset: number): number {
        try {
            return writeSync(ACTOR_TO_HOST_FD, frame, offset);
        } catch (error) {
            const { code } = error as NodeJS.ErrnoException;
            // Full for the moment; there is nothing else to do, as the order must stay.
            if (code === 'EAGAIN') {
                Atomics.wait(NAP, 0, 0, NAP_MILLIS);
                return 0;
            }
            // Without a host nobody listens, and the other pipe ends the process.
            this.#isOpen = false;
            return 0;
        }
    }
}
