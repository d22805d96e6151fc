/** A copy of an object without the fields that are undefined: a field that was left out on purpose overrides nothing. */
export function withoutUndefined<T extends object>(fields: T): T {
    const copy: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) copy[name] = value;
    return copy as T;
}

/** As {@link withoutUndefined}, and without those that are null: clients in other languages leave a field out by it. */
export function withoutNull<T extends object>(fields: T | undefined): T {
    return Object.fromEntries(
        Object.entries(fields ?? {}).filter(([, value]) => (value ?? undefined) !== undefined),
    ) as T;
}
