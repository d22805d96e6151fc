import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EngineError } from '../errors/engine-error.js';
import { invalid } from '../util/check.js';

/**
 * The setup files that somebody asks for, as `file:` URLs. Relative paths start at the current directory.
 *
 * @param path - Of the option, for messages.
 * @throws EngineError `invalid-value`, also where there is no such file.
 */
export function resolveSetupFiles(path: string, files: unknown): readonly string[] {
    if (files === undefined) return [];
    if (!Array.isArray(files)) throw invalid(path, files, "an array of paths or `file:` URLs, as ['./setup.js']");
    return files.map((file: unknown, index) => resolveSetupFile(`${path}[${index}]`, file));
}

function resolveSetupFile(path: string, file: unknown): string {
    const given = file instanceof URL ? file.href : file;
    const expected = 'the path or `file:` URL of a module';
    if (typeof given !== 'string' || given === '') throw invalid(path, file, expected);
    const isUrl = /^[a-z][a-z+.-]+:\/\//i.test(given);
    if (isUrl && !given.startsWith('file:')) throw invalid(path, given, expected);
    const absolute = isUrl ? fileURLToPath(given) : resolve(given);
    if (statSync(absolute, { throwIfNoEntry: false })?.isFile() === true) {
        return isUrl ? given : pathToFileURL(absolute).href;
    }
    throw new EngineError(
        'invalid-value',
        `\`${path}\` is '${given}', but there is no file ${absolute}. Relative paths start at ${process.cwd()}.`,
        { details: { path } },
    );
}
