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
 * Returns the location of an error in the Actor's own code: `file:line` relative to its folder, or only the file if no
 * line is known. Undefined if the error contains no location.
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

/** Returns the file that imports a module that does not exist. */
function findImporter({ code, message, requireStack }: CrashedError): string | undefined {
    if (code === 'ERR_MODULE_NOT_FOUND') return / imported from (.+?)(?:\n|$)/.exec(String(message))?.[1];
    return code === 'MODULE_NOT_FOUND' && Array.isArray(requireStack) ? String(requireStack[0]) : undefined;
}

function findFirstLocation(stack: string, directory: string): string | undefined {
    const lines = stack.split('\n');
    // For a syntax error, Node names the location above the message and compilers name it in the message; it is not in
    // a stack frame.
    const candidates = [lines[0]!, ...lines.filter((line) => /^\s+at |: ERROR: /.test(line))];
    for (const location of candidates) {
        const [, file, line] =
            /((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+)(?::\d+)?(?:\)?$|: ERROR: )/.exec(location) ?? [];
        const path = toActorPath(file, directory);
        if (path !== undefined) return `${path}:${line}`;
    }
    return undefined;
}

/** Returns the path relative to the Actor's folder; undefined for files that are not the Actor's own. */
function toActorPath(file: string | undefined, directory: string): string | undefined {
    if (file === undefined) return undefined;
    // A module that is evaluated again has a query in its URL.
    const [plain = file] = file.split('?');
    const path = relative(directory, plain.startsWith('file:') ? fileURLToPath(plain) : plain);
    return path === '' || path.startsWith('..') || path.includes('node_modules') ? undefined : path;
}

/*
 * When `import()` fails with a syntax error in an ES module, Node does not name the file. This code follows the
 * relative imports from the entry, blanks out module syntax and lets V8 parse the rest as a script. A file counts only
 * if V8 reports the same message, so that a wrong guess is no worse than none.
 */

const MAX_FILES = 100;
const IMPORTED = /(?:from\s*|import\s*\(?\s*)['"](\.{1,2}\/[^'"]+)['"]/g;

/** Finds the location of a syntax error; undefined if it cannot be found. */
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
        // The wrapper stays on the first line of the source to keep line numbers correct.
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
