/** Errors that JavaScript throws because of a bug, in contrast to errors that the engine throws on purpose. */
const BUG_NAMES: ReadonlySet<string> = new Set([
    'TypeError',
    'RangeError',
    'ReferenceError',
    'SyntaxError',
    'URIError',
]);

/** Returns the error that a function throws or rejects with; undefined if it succeeds. */
export async function refusal(action: () => unknown): Promise<Error | undefined> {
    try {
        await action();
        return undefined;
    } catch (error) {
        return error as Error;
    }
}

/** Returns the stack of an unexpected error of a function; undefined if it succeeds or throws an error of the engine. */
export async function findUnexpectedError(action: () => unknown): Promise<string | undefined> {
    const error = await refusal(action);
    if (error === undefined) return undefined;
    return BUG_NAMES.has(error.name) || error.name === 'AssertionError' || error.message === ''
        ? error.stack
        : undefined;
}
