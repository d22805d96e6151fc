import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import { diskError, errnoOf } from '../storage/disk-error.js';
import { moduleFormat } from './module-format.js';
import type { CheckedSource } from './source-files.js';

/**
 * Writes source files into a fresh folder. Source without a package.json gets one, as Node would else go by one in a
 * folder above.
 *
 * @throws EngineError `actor-source-invalid`, when two names are one for the file system; `storage-failed`.
 */
export async function materialise(source: CheckedSource, directory: string): Promise<void> {
    const names = new Set(source.files.map(({ name }) => name));
    for (const folder of source.folders) await mkdir(join(directory, folder), { recursive: true });
    for (const { name, content } of source.files) await writeNew(directory, name, content);
    if (!names.has('package.json')) await writeNew(directory, 'package.json', packageJsonFor(source));
}

async function writeNew(directory: string, name: string, content: string | Buffer): Promise<void> {
    const path = join(directory, name);
    try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content, { flag: 'wx' });
    } catch (cause) {
        if (errnoOf(cause) !== 'EEXIST') throw diskError('write', path, cause);
        const message = `'${name}' is, for this file system, the name of another source file, too. Rename one of them.`;
        throw new EngineError('actor-source-invalid', message, { details: { name }, cause });
    }
}

/** Declares the format only where all files have the same: Node looks into each file then, and warns. */
function packageJsonFor({ files }: CheckedSource): string {
    const scripts = files.filter(({ name }) => /\.(js|ts)$/.test(name));
    const formats = new Set(scripts.map(({ content }) => moduleFormat(content.toString('utf8'))));
    const [format] = formats;
    const type = formats.size === 1 && format ? { type: format === 'esm' ? 'module' : 'commonjs' } : {};
    return json({ private: true, ...type });
}

function json(value: unknown): string {
    return `${JSON.stringify(value, null, 4)}\n`;
}
