import { EngineError } from '../errors/engine-error.js';
import type { SourceFile, SourceFolder } from '../model/version.js';
import { checkOptions, show } from '../util/check.js';

const MAX_TOTAL_BYTES = 3 * 1024 ** 2;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Source files as they are written: names checked, contents decoded. */
export interface CheckedSource {
    files: { name: string; content: Buffer }[];
    /** Folders that were named by themselves. */
    folders: string[];
}

/**
 * Checks the source files of an Actor and decodes them. A name that is not a plain relative path is refused, so that
 * nothing is ever written outside of the Actor's folder.
 *
 * @throws EngineError `actor-source-invalid`, or `request-too-large` above 3 MB.
 */
export function checkSourceFiles(entries: readonly (SourceFile | SourceFolder)[]): CheckedSource {
    if (!Array.isArray(entries) || entries.length === 0) {
        const shown = Array.isArray(entries) ? 'empty' : show(entries);
        throw problem(`\`sourceFiles\` is ${shown}, but must be an array of at least one { name, content }.`);
    }
    const source: CheckedSource = { files: [], folders: [] };
    const names = new Set<string>();
    let bytes = 0;
    for (const [index, entry] of entries.entries()) {
        const path = `sourceFiles[${index}]`;
        checkOptions(path, entry, ['name', 'format', 'content', 'folder']);
        const name = checkName(`${path}.name`, entry?.name);
        if (names.has(name)) throw problem(`\`${path}.name\` is '${name}', which is taken by an earlier file.`);
        names.add(name);
        if ('folder' in entry && entry.folder) {
            source.folders.push(name);
            continue;
        }
        const content = decode(path, entry as Partial<SourceFile>);
        bytes += content.byteLength;
        source.files.push({ name, content });
    }
    checkFolders(source);
    if (bytes > MAX_TOTAL_BYTES) throw tooLarge(bytes);
    return source;
}

function checkName(path: string, name: unknown): string {
    if (typeof name !== 'string')
        throw problem(`\`${path}\` is ${show(name)}, but must be a text, like 'src/main.js'.`);
    const trimmed = name.endsWith('/') ? name.slice(0, -1) : name;
    const segments = trimmed.split('/');
    const isPlain = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
    if (isPlain && !/[\\\0]|^[a-zA-Z]:/.test(name)) return trimmed;
    throw problem(
        `\`${path}\` is ${show(name)}, but must be a path inside the Actor, like 'src/main.js': ` +
            "relative, with forward slashes, without '..'.",
    );
}

function decode(path: string, { format = 'TEXT', content = '' }: Partial<SourceFile>): Buffer {
    if (typeof content !== 'string') throw problem(`\`${path}.content\` is ${show(content)}, but must be a text.`);
    if (format === 'TEXT') return Buffer.from(content, 'utf8');
    if (format !== 'BASE64') throw problem(`\`${path}.format\` is ${show(format)}, but must be 'TEXT' or 'BASE64'.`);
    const packed = content.replace(/\s/g, '');
    if (!BASE64.test(packed)) {
        throw problem(`\`${path}.content\` is not Base64. Encode it, or let \`format\` be 'TEXT'.`);
    }
    return Buffer.from(packed, 'base64');
}

/** Refuses files that are folders of other files. */
function checkFolders({ files, folders }: CheckedSource): void {
    const names = new Set(files.map(({ name }) => name));
    for (const name of [...names, ...folders]) {
        for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
            const folder = name.slice(0, end);
            if (names.has(folder))
                throw problem(`'${name}' is in '${folder}', which is a file. Rename one of the two.`);
        }
    }
}

function tooLarge(bytes: number): EngineError {
    const message =
        `The source files have ${bytes} bytes together, but ${MAX_TOTAL_BYTES} is the most that is allowed. ` +
        'Leave out what is no source, or add the Actor as a folder.';
    return new EngineError('request-too-large', message, { details: { bytes, limit: MAX_TOTAL_BYTES } });
}

function problem(message: string): EngineError {
    return new EngineError('actor-source-invalid', message);
}
