/** Ends a `switch` over a union: it does not compile while a case is missing. */
export function assertNever(value: never): never {
    throw new TypeError(`A case is missing for ${JSON.stringify(value)}. This is a bug in greenroom.`);
}
