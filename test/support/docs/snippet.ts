type AsyncFunction = (...values: unknown[]) => Promise<unknown>;
const AsyncFunction = (async () => {}).constructor as new (...parametersAndBody: string[]) => AsyncFunction;

/**
 * Runs a piece of JavaScript as it is written, and returns what it has printed.
 *
 * @param names - What it finds defined, besides globals; `console` is one that only remembers.
 * @param read - An expression whose value is wanted once it has run.
 */
export async function runSnippet(
    code: string,
    names: Readonly<Record<string, unknown>>,
    read = 'undefined',
): Promise<{ printed: unknown[][]; value: unknown }> {
    const printed: unknown[][] = [];
    const print = (...values: unknown[]): void => void printed.push(values);
    const defined = { console: { log: print, warn: print, error: print }, ...names };
    const run = new AsyncFunction(...Object.keys(defined), `${code}\nreturn ${read};`);
    return { printed, value: await run(...Object.values(defined)) };
}
