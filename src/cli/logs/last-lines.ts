/**
 * The last lines of a log.
 *
 * @param count - How many.
 * @param known - How many there are by now, of a log that grows: what comes after those follows as it comes. Default: the log
 *   is whole.
 */
export async function* lastLines(lines: AsyncIterable<string>, count: number, known?: number): AsyncGenerator<string> {
    const kept: string[] = [];
    let index = 0;
    for await (const line of lines) {
        if (known !== undefined) {
            if (index >= known - count) yield line;
        } else {
            kept.push(line);
            if (kept.length > count) kept.shift();
        }
        index++;
    }
    yield* kept;
}
