/** A copy of an object without the fields that are undefined: a field that was left out on purpose overrides nothing. */
export function withoutUndefined<T extends object>(fields: T): T {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
