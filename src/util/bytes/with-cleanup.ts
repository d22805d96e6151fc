/**
 * Iterates over a generator and calls `release` when it ends, throws or is closed early. A `finally` in the generator itself
 * would not run if the iteration never started.
 *
 * @param release - May be called more than once.
 */
export function withCleanup<Value>(
    generator: AsyncGenerator<Value, void>,
    release: () => void | Promise<void>,
): AsyncIterableIterator<Value, void> {
    return {
        async next() {
            let hasEnded = true;
            try {
                const result = await generator.next();
                hasEnded = result.done === true;
                return result;
            } finally {
                if (hasEnded) await release();
            }
        },
        async return() {
            await generator.return();
            await release();
            return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
            return this;
        },
    };
}
