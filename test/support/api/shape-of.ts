/** Describes the fields of a JSON value by name and type, one a line: what a program can rely on, without ids and times. */
export function shapeOf(value: unknown): string {
    return [...linesOf('', value)].toSorted().join('\n');
}

function linesOf(path: string, value: unknown): Set<string> {
    if (Array.isArray(value)) {
        const lines = value.flatMap((entry: unknown) => [...linesOf(`${path}[]`, entry)]);
        return new Set(lines.length > 0 ? lines : [`    ${path}[]: empty`]);
    }
    if (typeof value === 'object' && value !== null) {
        return new Set(Object.entries(value).flatMap(([key, field]) => [...linesOf(`${path}.${key}`, field)]));
    }
    return new Set([`    ${path}: ${value === null ? 'null' : typeof value}`]);
}
