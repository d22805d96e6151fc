/** Does the same for each at once, for what mostly waits; an error says for which. */
export async function inEach<T extends string>(all: readonly T[], check: (one: T) => Promise<void>): Promise<void> {
    await Promise.all(
        all.map(async (one) => {
            try {
                await check(one);
            } catch (error) {
                if (error instanceof Error) error.message = `${one}: ${error.message}`;
                throw error;
            }
        }),
    );
}
