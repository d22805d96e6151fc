import { EventEmitter, on } from 'node:events';

export interface BodyStreamHandler {
    take(bytes: Uint8Array): void;
    end(): void;
    fail(error: Error): void;
}

/**
 * A body whose pieces come from elsewhere, to be read once.
 *
 * @param cancel - Called when the reader stops before the end; what comes after that is dropped.
 * @param taken - Told of the bytes of each piece that has been read.
 */
export function bodyStream(
    cancel: () => void = () => {},
    taken: (byteCount: number) => void = () => {},
): { taker: BodyStreamHandler; pieces: AsyncIterable<Uint8Array> } {
    const source = new EventEmitter();
    const waiting = on(source, 'piece', { close: ['end'] }) as AsyncIterable<[Uint8Array]>;
    let hasEnded = false;
    async function* read(): AsyncGenerator<Uint8Array, void> {
        try {
            for await (const [bytes] of waiting) {
                // Before they are handed over: a sender may not keep their memory.
                const byteCount = bytes.byteLength;
                yield bytes;
                taken(byteCount);
            }
            hasEnded = true;
        } finally {
            if (!hasEnded) cancel();
        }
    }
    const taker: BodyStreamHandler = {
        take: (bytes) => void source.emit('piece', bytes),
        end: () => void source.emit('end'),
        fail(error) {
            // Without a listener, after the end, an error would be thrown here.
            if (source.listenerCount('error') === 0) return;
            hasEnded = true;
            source.emit('error', error);
        },
    };
    return { taker, pieces: read() };
}
