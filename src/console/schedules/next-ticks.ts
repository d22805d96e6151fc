import { readRecurrence } from '../../scheduler/recurrence.js';

/** The next times, in milliseconds since the epoch, by the engine's own reading of the expression. @throws as that does. */
export async function nextTicks(
    expression: string,
    timezone: string,
    { count, afterMillis }: { count: number; afterMillis: number },
): Promise<number[]> {
    const recurrence = await readRecurrence(expression, timezone);
    const ticks: number[] = [];
    let after: number | undefined = afterMillis;
    while (ticks.length < count && after !== undefined) {
        after = recurrence.next(after);
        if (after !== undefined) ticks.push(after);
    }
    return ticks;
}
