import { existsSync } from 'node:fs';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sdkModuleSource } from '../../protocol/sdk-module.js';

/** `greenroom/actor` is another name of `apify`. */
const GREENROOM = {
    'package.json': JSON.stringify({
        name: 'greenroom',
        private: true,
        exports: { './actor': { import: './actor.mjs', require: './actor.cjs' }, './package.json': './package.json' },
    }),
    'actor.mjs': "export * from 'apify';\nexport { default } from 'apify';\n",
    'actor.cjs': "module.exports = require('apify');\n",
};

/** Node can read files in Electron's archives, but links of the operating system cannot point to them. */
const ARCHIVED = /\.asar[\\/]/;

/** The manifest of the shim that is part of the package. */
const APIFY_MANIFEST = JSON.stringify({
    name: 'apify',
    version: '0.0.0',
    private: true,
    greenroomShim: true,
    main: 'index.mjs',
});

/**
 * Makes `apify` and `greenroom/actor` resolve to the built-in SDK from every folder below this one. `apify` is a link and
 * no copy, so that the module is the same for all Actors and spare threads can have imported it before there is one.
 *
 * @param root - Folder that the folders of given sources are made in.
 * @param shimUrl - File URL of the folder of the shim.
 */
export async function linkApifyShim(root: string, shimUrl: string): Promise<void> {
    const modules = join(root, 'node_modules');
    // What is there may be of another installation, which may be gone by now.
    await rm(modules, { recursive: true, force: true });
    await mkdir(join(modules, 'greenroom'), { recursive: true });
    for (const [name, content] of Object.entries(GREENROOM)) {
        await writeFile(join(modules, 'greenroom', name), content);
    }
    const shim = await findShim(root, shimUrl);
    try {
        await symlink(shim, join(modules, 'apify'), 'junction');
    } catch {
        // Some file systems have no links.
        await cp(shim, join(modules, 'apify'), { recursive: true });
    }
}

/** An app that was bundled, or packed into an archive, has no such folder that a link could lead to. */
async function findShim(root: string, shimUrl: string): Promise<string> {
    const ours = fileURLToPath(shimUrl);
    if (!ARCHIVED.test(ours) && existsSync(ours)) return ours;
    const written = join(root, 'apify-shim');
    await mkdir(written, { recursive: true });
    await writeFile(join(written, 'package.json'), APIFY_MANIFEST);
    await writeFile(join(written, 'index.mjs'), sdkModuleSource());
    return written;
}
