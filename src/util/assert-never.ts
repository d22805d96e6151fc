/** Makes a `switch` over a union exhaustive: the code does not compile if a case is missing. */
export function assertNever(value: never): never {
    throw new TypeError(`Unhandled case: ${JSON.stringify(value)}. This is a bug in greenroom.`);
}
