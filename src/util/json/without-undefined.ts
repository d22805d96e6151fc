/** Returns a copy of an object without its undefined fields, so that they do not override others in a spread. */
export function withoutUndefined<T extends object>(fields: T): T {
    const copy: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) copy[name] = value;
    return copy as T;
}

/** As {@link withoutUndefined}, also without null fields: clients in other languages send null to omit a field. */
export function withoutNull<T extends object>(fields: T | undefined): T {
    return Object.fromEntries(
        Object.entries(fields ?? {}).filter(([, value]) => (value ?? undefined) !== undefined),
    ) as T;
}
