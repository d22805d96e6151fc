/** Errors that JavaScript throws when code has not thought of something. */
const UNTHOUGHT_OF: ReadonlySet<string> = new Set([
    'TypeError',
    'RangeError',
    'ReferenceError',
    'SyntaxError',
    'URIError',
]);

/** What some work throws, at once or later; undefined if it goes well. */
export async function refusal(work: () => unknown): Promise<Error | undefined> {
    try {
        await work();
        return undefined;
    } catch (error) {
        return error as Error;
    }
}

/** The error of some work that nobody has thought of, with its stack; undefined if it goes well or is refused with a reason. */
export async function mishap(work: () => unknown): Promise<string | undefined> {
    const error = await refusal(work);
    if (error === undefined) return undefined;
    return UNTHOUGHT_OF.has(error.name) || error.name === 'AssertionError' || error.message === ''
        ? error.stack
        : undefined;
}
