/** Runs a check for each value concurrently. The message of an error begins with the value. */
export async function forEachLabelled<T extends string>(
    values: readonly T[],
    check: (value: T) => Promise<void>,
): Promise<void> {
    await Promise.all(
        values.map(async (value) => {
            try {
                await check(value);
            } catch (error) {
                if (error instanceof Error) error.message = `${value}: ${error.message}`;
                throw error;
            }
        }),
    );
}
