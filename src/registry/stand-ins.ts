import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/**
 * Makes `apify` and `greenroom/actor` resolve to the built-in SDK from every folder below this one. `apify` is a link and
 * no copy, so that the module is the same for all Actors and spare threads can have imported it before there is one.
 *
 * @param root - Folder that the folders of given sources are made in.
 * @param standInsUrl - Where the stand-ins are, as a file URL.
 */
export async function linkStandIns(root: string, standInsUrl: string): Promise<void> {
    const modules = join(root, 'node_modules');
    // What is there may be of another installation, which may be gone by now.
    await rm(modules, { recursive: true, force: true });
    await mkdir(join(modules, 'greenroom'), { recursive: true });
    for (const [name, content] of Object.entries(GREENROOM)) {
        await writeFile(join(modules, 'greenroom', name), content);
    }
    const standIn = fileURLToPath(`${standInsUrl}/apify`);
    try {
        await symlink(standIn, join(modules, 'apify'), 'junction');
    } catch {
        // Some file systems have no links.
        await cp(standIn, join(modules, 'apify'), { recursive: true });
    }
}
