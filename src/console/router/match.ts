/** The variable parts of a path, by name. */
export type PathParams = Readonly<Record<string, string>>;

/**
 * Matches a path with a pattern such as `/runs/:id`; a last part `*` matches all that follows.
 *
 * @returns The variable parts, decoded; undefined if the path is another.
 */
export function matchPath(pattern: string, path: string): PathParams | undefined {
    const expected = partsOf(pattern);
    const given = partsOf(path);
    if (expected.at(-1) === '*' ? given.length < expected.length - 1 : given.length !== expected.length)
        return undefined;
    const params: Record<string, string> = {};
    for (const [index, part] of expected.entries()) {
        if (part === '*') break;
        const value = given[index]!;
        if (part.startsWith(':')) params[part.slice(1)] = decode(value);
        else if (part !== value) return undefined;
    }
    return params;
}

function partsOf(path: string): string[] {
    return path.split('/').filter((part) => part !== '');
}

function decode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
