/** How many requests a queue has, how many of them are handled, and the bytes of all. */
export interface QueueCounts {
    total: number;
    handled: number;
    bytes: number;
}

/** The counts of a queue that was closed properly; those that make no sense are found out anew, as if there were none. */
export function savedCounts({ counts }: Readonly<Record<string, unknown>>): QueueCounts | undefined {
    const { total, handled, bytes } = (counts ?? {}) as Partial<QueueCounts>;
    const areNumbers = [total, handled, bytes].every((count) => Number.isSafeInteger(count));
    return areNumbers ? (counts as QueueCounts) : undefined;
}
