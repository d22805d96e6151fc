import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/*
 * Node does not say in which file of ES modules a syntax error is when `import()` fails. This looks for it: it follows
 * the relative imports from the entry, blanks out what only modules have, and lets V8 parse the rest as a script. A file
 * counts only if V8 complains in the very words of the error, so that a wrong guess is no worse than none.
 */

const MAX_FILES = 100;
const IMPORTED = /(?:from\s*|import\s*\(?\s*)['"](\.{1,2}\/[^'"]+)['"]/g;

/** The place of a syntax error, or undefined if it cannot be found. */
export function findSyntaxError(entry: string, message: string): { file: string; line: number } | undefined {
    const files = new Set([entry]);
    for (const file of files) {
        const source = read(file);
        if (source === undefined) continue;
        const line = lineOfError(file, source, message);
        if (line !== undefined) return { file, line };
        for (const [, specifier] of source.matchAll(IMPORTED)) {
            if (files.size < MAX_FILES) files.add(resolve(dirname(file), specifier!));
        }
    }
    return undefined;
}

function lineOfError(file: string, source: string, message: string): number | undefined {
    const { Script } = process.getBuiltinModule('node:vm');
    try {
        // On one line with the first one of the source, so that the numbers stay right.
        void new Script(`(async () => {${withoutModuleSyntax(source)}\n})`, { filename: file });
        return undefined;
    } catch (error) {
        const [place] = (error as Error).stack?.split('\n', 1) ?? [];
        const line = place?.startsWith(`${file}:`) ? Number(place.slice(file.length + 1)) : Number.NaN;
        return (error as Error).message === message && line > 0 ? line : undefined;
    }
}

function withoutModuleSyntax(source: string): string {
    const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');
    return source
        .replace(/^#!.*/, blank)
        .replaceAll(/^[ \t]*import\s+(?:[\w$*{][^'";]*?from\s*)?['"][^'"\n]*['"][^;\n]*;?/gm, blank)
        .replaceAll(/^[ \t]*export\s*(?:\*[^'"\n]*|\{[^}]*\}\s*)(?:from\s*)?(?:['"][^'"\n]*['"])?[^;\n]*;?/gm, blank)
        .replaceAll(/^([ \t]*)export\s+default\s+/gm, '$1_ = ')
        .replaceAll(/^([ \t]*)export\s+/gm, '$1')
        .replaceAll('import.meta', 'import_meta');
}

function read(file: string): string | undefined {
    try {
        return readFileSync(file, 'utf8');
    } catch {
        return undefined;
    }
}
