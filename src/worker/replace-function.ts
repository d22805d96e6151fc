/** A function of Node that is replaced in a thread. */
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
/** An object with such functions. Not every version of Node has all of them. */
export type Functions = Record<string, AnyFunction | undefined>;
/** Is called instead of a function of Node. The arguments may be changed in place. */
export type Replacement = (original: AnyFunction, self: unknown, args: unknown[]) => unknown;

/** Returns a function that does something else, with all properties of the original, such as its variant for `util.promisify()`. */
export function wrapFunction(original: AnyFunction, replacement: Replacement): AnyFunction {
    // Copying the properties would take 15 times as long, in each thread.
    return new Proxy(original, { apply: replacement });
}

/** Replaces a function of an object, if it exists. */
export function replaceFunction(owner: Functions, name: string, replacement: Replacement): void {
    const original = owner[name];
    if (original !== undefined) owner[name] = wrapFunction(original, replacement);
}
