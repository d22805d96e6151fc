import { existsSync } from 'node:fs';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../../storage/file/atomic-file.js';
import { LOG_SYMBOL_NAME, logModuleSource, sdkModuleSource } from '../../protocol/sdk-module.js';

/** The package `greenroom`, whose `greenroom/actor` is an alias of `apify`. */
const GREENROOM = {
    'package.json': JSON.stringify({
        name: 'greenroom',
        private: true,
        exports: { './actor': { import: './actor.mjs', require: './actor.cjs' }, './package.json': './package.json' },
    }),
    'actor.mjs': "export * from 'apify';\nexport { default } from 'apify';\n",
    'actor.cjs': "module.exports = require('apify');\n",
};

/** The package `@apify/log`, which many Actors import beside `apify`. */
const APIFY_LOG = {
    'package.json': JSON.stringify({
        name: '@apify/log',
        private: true,
        exports: { '.': { import: './index.mjs', require: './index.cjs' }, './package.json': './package.json' },
    }),
    'index.mjs': logModuleSource(),
    'index.cjs': `module.exports = globalThis[Symbol.for(${JSON.stringify(LOG_SYMBOL_NAME)})];\n`,
};

/** A path in an Electron archive. Node can read such files, but symbolic links cannot point to them. */
const ARCHIVED = /\.asar[\\/]/;

/** The package.json of the shim. */
const APIFY_MANIFEST = JSON.stringify({
    name: 'apify',
    version: '0.0.0',
    private: true,
    greenroomShim: true,
    main: 'index.mjs',
});

/**
 * Makes `apify`, `@apify/log` and `greenroom/actor` resolve to the built-in SDK from every folder below `root`. `apify` is a link, not a
 * copy, so that it is the same module for all Actors and spare threads can import it in advance.
 *
 * @param root - Parent of the folders with sources.
 * @param shimUrl - File URL of the folder with the shim.
 */
export async function linkApifyShim(root: string, shimUrl: string): Promise<void> {
    const modules = join(root, 'node_modules');
    // Existing files may come from another installation that was removed.
    await rm(modules, { recursive: true, force: true });
    for (const [folder, files] of Object.entries({ greenroom: GREENROOM, '@apify/log': APIFY_LOG })) {
        await writePackage(join(modules, folder), files);
    }
    const shim = await findShim(root, shimUrl);
    try {
        await symlink(shim, join(modules, 'apify'), 'junction');
    } catch {
        // Some file systems do not support links.
        await cp(shim, join(modules, 'apify'), { recursive: true });
    }
}

/** Returns the folder of the shim. In bundled or archived apps, which have no such folder, writes the shim to `root`. */
async function findShim(root: string, shimUrl: string): Promise<string> {
    const installed = fileURLToPath(shimUrl);
    if (!ARCHIVED.test(installed) && existsSync(installed)) return installed;
    const written = join(root, 'apify-shim');
    await writePackage(written, { 'package.json': APIFY_MANIFEST, 'index.mjs': sdkModuleSource() });
    return written;
}

async function writePackage(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    for (const [name, content] of Object.entries(files))
        await writeFile(join(folder, name), content, { mode: PRIVATE_FILE });
}
