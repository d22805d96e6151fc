import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import type { Program } from '../../protocol/messages.js';

interface CrashedError {
    stack?: unknown;
    message?: unknown;
    code?: unknown;
    requireStack?: unknown;
}

/**
 * Where in the Actor's own code something went wrong, as `file:line` seen from its folder, or only the file where no
 * line is known. Undefined if the error does not say.
 */
export function locateCrash(
    thrown: unknown,
    { directory, entry }: Pick<Program, 'directory' | 'entry'>,
): string | undefined {
    if (typeof thrown !== 'object' || thrown === null) return undefined;
    const error = thrown as CrashedError;
    const importer = findImporter(error);
    if (importer !== undefined) return toActorPath(importer, directory);
    const location = typeof error.stack === 'string' ? findFirstLocation(error.stack, directory) : undefined;
    if (location !== undefined || !(thrown instanceof SyntaxError)) return location;
    const found = findSyntaxError(entry, thrown.message);
    const path = toActorPath(found?.file, directory);
    return path && `${path}:${found?.line}`;
}

/** The file that asked for a module that does not exist. */
function findImporter({ code, message, requireStack }: CrashedError): string | undefined {
    if (code === 'ERR_MODULE_NOT_FOUND') return / imported from (.+?)(?:\n|$)/.exec(String(message))?.[1];
    return code === 'MODULE_NOT_FOUND' && Array.isArray(requireStack) ? String(requireStack[0]) : undefined;
}

function findFirstLocation(stack: string, directory: string): string | undefined {
    const lines = stack.split('\n');
    // What cannot be parsed is named above the message, or in it by compilers, and not in a frame.
    const candidates = [lines[0]!, ...lines.filter((line) => /^\s+at |: ERROR: /.test(line))];
    for (const location of candidates) {
        const [, file, line] =
            /((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+)(?::\d+)?(?:\)?$|: ERROR: )/.exec(location) ?? [];
        const path = toActorPath(file, directory);
        if (path !== undefined) return `${path}:${line}`;
    }
    return undefined;
}

/** The path from the Actor's folder, or undefined for files that are not the Actor's own. */
function toActorPath(file: string | undefined, directory: string): string | undefined {
    if (file === undefined) return undefined;
    // A module that is evaluated again has a query in its name.
    const [plain = file] = file.split('?');
    const path = relative(directory, plain.startsWith('file:') ? fileURLToPath(plain) : plain);
    return path === '' || path.startsWith('..') || path.includes('node_modules') ? undefined : path;
}

/*
 * Node does not say in which file of ES modules a syntax error is when `import()` fails. This looks for it: it follows
 * the relative imports from the entry, blanks out what only modules have, and lets V8 parse the rest as a script. A file
 * counts only if V8 complains in the very words of the error, so that a wrong guess is no worse than none.
 */

const MAX_FILES = 100;
const IMPORTED = /(?:from\s*|import\s*\(?\s*)['"](\.{1,2}\/[^'"]+)['"]/g;

/** The place of a syntax error, or undefined if it cannot be found. */
function findSyntaxError(entry: string, message: string): { file: string; line: number } | undefined {
    const files = new Set([entry]);
    for (const file of files) {
        const source = readSource(file);
        if (source === undefined) continue;
        const line = findErrorLine(file, source, message);
        if (line !== undefined) return { file, line };
        for (const [, specifier] of source.matchAll(IMPORTED)) {
            if (files.size < MAX_FILES) files.add(resolve(dirname(file), specifier!));
        }
    }
    return undefined;
}

function findErrorLine(file: string, source: string, message: string): number | undefined {
    const { Script } = process.getBuiltinModule('node:vm');
    try {
        // On one line with the first one of the source, so that the numbers stay right.
        void new Script(`(async () => {${withoutModuleSyntax(source)}\n})`, { filename: file });
        return undefined;
    } catch (error) {
        const [location] = (error as Error).stack?.split('\n', 1) ?? [];
        const line = location?.startsWith(`${file}:`) ? Number(location.slice(file.length + 1)) : Number.NaN;
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

function readSource(file: string): string | undefined {
    try {
        return readFileSync(file, 'utf8');
    } catch {
        return undefined;
    }
}
