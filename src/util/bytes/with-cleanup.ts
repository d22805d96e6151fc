/**
 * The values of a generator, after which something is let go of: at their end, or when nobody wants more of them. A generator
 * by itself would not do so where nobody has begun to take its values.
 *
 * @param release - May be called more than once.
 */
export function withCleanup<Value>(
    generator: AsyncGenerator<Value, void>,
    release: () => void | Promise<void>,
): AsyncIterableIterator<Value, void> {
    return {
        async next() {
            let isOver = true;
            try {
                const result = await generator.next();
                isOver = result.done === true;
                return result;
            } finally {
                if (isOver) await release();
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
