import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tempDir } from '../../support/files/temp-dir.js';

/** Texts of files by their names, and of folders of `node_modules`, too. */
export type Files = Record<string, string | object>;

/** Makes a folder with the given files, objects as JSON, for the running test; returns its path. */
export async function actorFolder(files: Files): Promise<string> {
    const directory = await tempDir('greenroom-actor-');
    await writeFiles(directory, files);
    return directory;
}

/** Writes files into a folder. */
export async function writeFiles(directory: string, files: Files): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
        const path = join(directory, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    }
}

/** An installed package, as files. */
export function installed(name: string, manifest: object = { main: 'index.js' }): Files {
    return {
        [`node_modules/${name}/package.json`]: { name, ...manifest },
        [`node_modules/${name}/index.js`]: 'exports.name = "found";',
    };
}

/** The SDK with what it cannot do without, as files. */
export function installedSdk(version = '3.7.2', manifest: object = { main: 'index.js' }): Files {
    return {
        ...installed('apify', { version, dependencies: { '@crawlee/core': '^3', 'apify-client': '^2' }, ...manifest }),
        ...installed('@crawlee/core', { version: '3.18.1', main: 'index.js' }),
        ...installed('apify-client', { version: '2.25.0', main: 'index.js' }),
    };
}
