/** What `start` and `call` boil down to. */
export interface StartCall<Options> {
    input: unknown;
    options: Options;
}

/**
 * Tells the two forms of `start` and `call` apart: `start(input, options)`, and `start({ input, ...options })`. The second
 * is meant when there is only one argument, it has an `input`, all its other keys are run options, and `input` is not the
 * name of a property that the Actor expects in its input.
 *
 * @param known - The names of all options.
 * @param inputProperties - Names the properties of the Actor's input; called only if it matters.
 */
export function readStartArguments<Options extends object>(
    input: unknown,
    options: Options | undefined,
    known: readonly string[],
    inputProperties: () => readonly string[] | undefined,
): StartCall<Options> {
    if (options !== undefined || !isOneArgumentForm(input, known) || inputProperties()?.includes('input')) {
        return { input, options: options === undefined ? ({} as Options) : options };
    }
    const { input: inner, ...rest } = input;
    return { input: inner, options: rest as Options };
}

function isOneArgumentForm(value: unknown, known: readonly string[]): value is { input: unknown } {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'input')) return false;
    return Object.keys(value).every((key) => key === 'input' || known.includes(key));
}
