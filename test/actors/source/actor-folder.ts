import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tempDir } from '../../support/files/temp-dir.js';

/** Contents of files by name, including those of `node_modules`. */
export type Files = Record<string, string | object>;

/** Creates a folder with files, objects as JSON, for the running test. Returns its path. */
export async function actorFolder(files: Files): Promise<string> {
    const directory = await tempDir('greenroom-actor-');
    await writeFiles(directory, files);
    return directory;
}

/** Writes files to a folder. */
export async function writeFiles(directory: string, files: Files): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
        const path = join(directory, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    }
}

/** Returns the files of an installed package. */
export function installed(name: string, manifest: object = { main: 'index.js' }): Files {
    return {
        [`node_modules/${name}/package.json`]: { name, ...manifest },
        [`node_modules/${name}/index.js`]: 'exports.name = "found";',
    };
}

/** Returns the files of the SDK with its required dependencies. */
export function installedSdk(version = '3.7.2', manifest: object = { main: 'index.js' }): Files {
    return {
        ...installed('apify', { version, dependencies: { '@crawlee/core': '^3', 'apify-client': '^2' }, ...manifest }),
        ...installed('@crawlee/core', { version: '3.18.1', main: 'index.js' }),
        ...installed('apify-client', { version: '2.25.0', main: 'index.js' }),
    };
}
