import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { EngineError } from '../../errors/engine-error.js';
import { checkOptions, show } from '../../util/check.js';
import { isJsonObject } from '../../util/json/json.js';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../../storage/file/atomic-file.js';
import { fsError, errnoOf } from '../../storage/file/fs-error.js';
import type { SourceFile, SourceFolder } from '../../model/api/version.js';

const MAX_TOTAL_BYTES = 3 * 1024 ** 2;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Validated source files with decoded contents. */
interface CheckedSource {
    files: { name: string; content: Buffer }[];
    /** Folders with an entry of their own. */
    folders: string[];
}

const ESM_SYNTAX =
    /^\s*(?:import\s*(?:["'{*]|[\w$]+\s*(?:,|from\b))|export\s+(?:default|const|let|var|async|function|class|[*{]))/m;

const COMMONJS_SYNTAX = /\brequire\s*\(|\bmodule\.exports\b|\bexports\.[\w$]+\s*=/;

const WRAPPER = ['exports', 'require', 'module', '__filename', '__dirname'];

/**
 * Validates and decodes the source files of an Actor. Refuses names that are not plain relative paths, so that nothing is
 * written outside of the Actor's folder.
 *
 * @throws EngineError `actor-source-invalid`, or `request-too-large` above 3 MB.
 */
export function checkSourceFiles(entries: readonly (SourceFile | SourceFolder)[]): CheckedSource {
    if (!Array.isArray(entries) || entries.length === 0) {
        const shown = Array.isArray(entries) ? 'empty' : show(entries);
        throw sourceError(`\`sourceFiles\` is ${shown}, but must be an array of at least one { name, content }.`);
    }
    const source: CheckedSource = { files: [], folders: [] };
    const names = new Set<string>();
    let bytes = 0;
    for (const [index, entry] of entries.entries()) {
        const path = `sourceFiles[${index}]`;
        if (!isJsonObject(entry)) throw sourceError(`\`${path}\` is ${show(entry)}, but must be { name, content }.`);
        checkOptions(path, entry, ['name', 'format', 'content', 'folder']);
        const name = checkName(`${path}.name`, entry?.name);
        if (names.has(name)) throw sourceError(`\`${path}.name\` is '${name}', which an earlier file already has.`);
        names.add(name);
        if ('folder' in entry && entry.folder) {
            source.folders.push(name);
            continue;
        }
        const content = decode(path, entry);
        bytes += content.byteLength;
        source.files.push({ name, content });
    }
    checkFolders(source);
    if (bytes > MAX_TOTAL_BYTES) throw tooLarge(bytes);
    return source;
}

/** Returns source files with all of their fields, as they are stored. */
export function normalizeSourceFiles(entries: readonly (SourceFile | SourceFolder)[]): (SourceFile | SourceFolder)[] {
    return entries.map((entry) => {
        if ('folder' in entry && entry.folder) return { name: entry.name, folder: true };
        const { name, format = 'TEXT', content = '' } = entry as Partial<SourceFile> & { name: string };
        return { name, format, content };
    });
}

function checkName(path: string, name: unknown): string {
    if (typeof name !== 'string')
        throw sourceError(`\`${path}\` is ${show(name)}, but must be a string, like 'src/main.js'.`);
    const trimmed = name.endsWith('/') ? name.slice(0, -1) : name;
    const segments = trimmed.split('/');
    const isPlain = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
    if (isPlain && !/[\\\0]|^[a-zA-Z]:/.test(name)) return trimmed;
    throw sourceError(
        `\`${path}\` is ${show(name)}, but must be a path inside the Actor, like 'src/main.js': ` +
            "relative, with forward slashes, without '..'.",
    );
}

function decode(path: string, { format = 'TEXT', content = '' }: Partial<SourceFile>): Buffer {
    if (typeof content !== 'string')
        throw sourceError(`\`${path}.content\` is ${show(content)}, but must be a string.`);
    if (format === 'TEXT') return Buffer.from(content, 'utf8');
    if (format !== 'BASE64')
        throw sourceError(`\`${path}.format\` is ${show(format)}, but must be 'TEXT' or 'BASE64'.`);
    const packed = content.replace(/\s/g, '');
    if (!BASE64.test(packed)) {
        throw sourceError(`\`${path}.content\` is not Base64. Encode it, or set \`format\` to 'TEXT'.`);
    }
    return Buffer.from(packed, 'base64');
}

/** Refuses a file whose name is also the folder of another file. */
function checkFolders({ files, folders }: CheckedSource): void {
    const names = new Set(files.map(({ name }) => name));
    for (const name of [...names, ...folders]) {
        for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
            const folder = name.slice(0, end);
            if (names.has(folder))
                throw sourceError(`'${name}' is in '${folder}', which is a file. Rename one of the two.`);
        }
    }
}

function tooLarge(bytes: number): EngineError {
    const message =
        `The source files have ${bytes} bytes in total, but the maximum is ${MAX_TOTAL_BYTES}. ` +
        'Omit files that are not source code, or add the Actor as a folder.';
    return new EngineError('request-too-large', message, { details: { bytes, limit: MAX_TOTAL_BYTES } });
}

function sourceError(message: string): EngineError {
    return new EngineError('actor-source-invalid', message);
}

/**
 * Writes source files to an empty folder. Adds a package.json if there is none, because Node would otherwise use one from a
 * folder above.
 *
 * @throws EngineError `actor-source-invalid` if two names are the same for the file system; `storage-failed`.
 */
export async function writeSourceFiles(source: CheckedSource, directory: string): Promise<void> {
    const names = new Set(source.files.map(({ name }) => name));
    for (const folder of source.folders) await createFolder(join(directory, folder));
    for (const { name, content } of source.files) await writeNew(directory, name, content);
    if (!names.has('package.json')) await writeNew(directory, 'package.json', createPackageJson(source));
}

async function createFolder(path: string): Promise<void> {
    await mkdir(path, { recursive: true, mode: PRIVATE_FOLDER });
}

async function writeNew(directory: string, name: string, content: string | Buffer): Promise<void> {
    const path = join(directory, name);
    try {
        await createFolder(dirname(path));
        await writeFile(path, content, { flag: 'wx', mode: PRIVATE_FILE });
    } catch (cause) {
        if (errnoOf(cause) !== 'EEXIST') throw fsError('write', path, cause);
        const message = `'${name}' is the same name as that of another source file on this file system. Rename one of them.`;
        throw new EngineError('actor-source-invalid', message, { details: { name }, cause });
    }
}

/** Sets `type` only if all files have the same format: without it, Node detects the format of each file, and warns. */
function createPackageJson({ files }: CheckedSource): string {
    const scripts = files.filter(({ name }) => /\.(js|ts)$/.test(name));
    const formats = new Set(scripts.map(({ content }) => moduleFormat(content.toString('utf8'))));
    const [format] = formats;
    const type = formats.size === 1 && format ? { type: format === 'esm' ? 'module' : 'commonjs' } : {};
    return formatJson({ private: true, ...type });
}

function formatJson(value: unknown): string {
    return `${JSON.stringify(value, null, 4)}\n`;
}

/**
 * Detects the format of a module by compiling it as CommonJS, where `import`, `export` and a top-level `await` are errors.
 * Code that is neither, or both, counts as an ES module.
 */
export function moduleFormat(text: string): 'esm' | 'commonjs' {
    try {
        compileFunction(text, WRAPPER);
        return COMMONJS_SYNTAX.test(text) ? 'commonjs' : 'esm';
    } catch (error) {
        // Guess for code with a syntax error; the run reports the error.
        const isModule = /import|export|await/.test(String(error)) || ESM_SYNTAX.test(text);
        return isModule || !COMMONJS_SYNTAX.test(text) ? 'esm' : 'commonjs';
    }
}
