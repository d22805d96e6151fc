import { EventEmitter, on } from 'node:events';

/** The writing end of a body. Call `end` or `fail` last. */
export interface BodyWriter {
    write(bytes: Uint8Array): void;
    end(): void;
    fail(error: Error): void;
}

/**
 * Creates a body that is written in chunks and can be read once.
 *
 * @param onCancel - Called when the reader stops before the end; later chunks are dropped.
 * @param onRead - Called with the size of each chunk after it was read.
 */
export function createBodyStream(
    onCancel: () => void = () => {},
    onRead: (byteCount: number) => void = () => {},
): { writer: BodyWriter; chunks: AsyncIterable<Uint8Array> } {
    const source = new EventEmitter();
    const written = on(source, 'chunk', { close: ['end'] }) as AsyncIterable<[Uint8Array]>;
    let hasEnded = false;
    async function* read(): AsyncGenerator<Uint8Array, void> {
        try {
            for await (const [bytes] of written) {
                // Measured before the chunk is yielded: the reader may transfer its memory.
                const byteCount = bytes.byteLength;
                yield bytes;
                onRead(byteCount);
            }
            hasEnded = true;
        } finally {
            if (!hasEnded) onCancel();
        }
    }
    const writer: BodyWriter = {
        write: (bytes) => void source.emit('chunk', bytes),
        end: () => void source.emit('end'),
        fail(error) {
            // Once the body has ended there is no listener, and `emit('error')` would throw.
            if (source.listenerCount('error') === 0) return;
            hasEnded = true;
            source.emit('error', error);
        },
    };
    return { writer, chunks: read() };
}
