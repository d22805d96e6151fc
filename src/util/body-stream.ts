export interface BodyTaker {
    take(bytes: Uint8Array): void;
    end(): void;
    fail(error: Error): void;
}

/** What has come and nobody has read yet. */
type Waiting = { bytes: Uint8Array } | { error: Error } | { done: true };

/**
 * A body whose pieces come from elsewhere, to be read once.
 *
 * @param cancel - Called when the reader stops before the end; what comes after that is dropped.
 * @param taken - Told of the bytes of each piece that has been read.
 */
export function bodyStream(
    cancel: () => void = () => {},
    taken: (byteCount: number) => void = () => {},
): { taker: BodyTaker; pieces: AsyncIterable<Uint8Array> } {
    const waiting: Waiting[] = [];
    let wake: () => void = () => {};
    let isOver = false;
    const add = (next: Waiting): void => {
        if (!isOver) waiting.push(next);
        wake();
    };
    let hasEnded = false;
    async function* read(): AsyncGenerator<Uint8Array, void> {
        try {
            for (;;) {
                const next = waiting.shift();
                if (next === undefined) {
                    await new Promise<void>((resolve) => {
                        wake = resolve;
                    });
                    continue;
                }
                hasEnded = !('bytes' in next);
                if ('error' in next) throw next.error;
                if ('done' in next) return;
                // Before they are handed over: a sender may not keep their memory.
                const byteCount = next.bytes.byteLength;
                yield next.bytes;
                taken(byteCount);
            }
        } finally {
            isOver = true;
            if (!hasEnded) cancel();
        }
    }
    const taker: BodyTaker = {
        take: (bytes) => add({ bytes }),
        end: () => add({ done: true }),
        fail: (error) => add({ error }),
    };
    return { taker, pieces: read() };
}
