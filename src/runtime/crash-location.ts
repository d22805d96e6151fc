import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findSyntaxError } from './syntax-errors.js';
import type { Program } from '../protocol/messages.js';

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
    const importer = importerOf(error);
    if (importer !== undefined) return inside(importer, directory);
    const place = typeof error.stack === 'string' ? firstPlace(error.stack, directory) : undefined;
    if (place !== undefined || !(thrown instanceof SyntaxError)) return place;
    const found = findSyntaxError(entry, thrown.message);
    const path = inside(found?.file, directory);
    return path && `${path}:${found?.line}`;
}

/** The file that asked for a module that does not exist. */
function importerOf({ code, message, requireStack }: CrashedError): string | undefined {
    if (code === 'ERR_MODULE_NOT_FOUND') return / imported from (.+?)(?:\n|$)/.exec(String(message))?.[1];
    return code === 'MODULE_NOT_FOUND' && Array.isArray(requireStack) ? String(requireStack[0]) : undefined;
}

function firstPlace(stack: string, directory: string): string | undefined {
    const lines = stack.split('\n');
    // What cannot be parsed is named above the message, or in it by compilers, and not in a frame.
    const places = [lines[0]!, ...lines.filter((line) => /^\s+at |: ERROR: /.test(line))];
    for (const place of places) {
        const [, file, line] =
            /((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+)(?::\d+)?(?:\)?$|: ERROR: )/.exec(place) ?? [];
        const path = inside(file, directory);
        if (path !== undefined) return `${path}:${line}`;
    }
    return undefined;
}

/** The path from the Actor's folder, or undefined for files that are not the Actor's own. */
function inside(file: string | undefined, directory: string): string | undefined {
    if (file === undefined) return undefined;
    // A module that is evaluated again has a query in its name.
    const [plain = file] = file.split('?');
    const path = relative(directory, plain.startsWith('file:') ? fileURLToPath(plain) : plain);
    return path === '' || path.startsWith('..') || path.includes('node_modules') ? undefined : path;
}
