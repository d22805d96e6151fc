import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../docs/source-files.js';
import { tempDir } from '../files/temp-dir.js';

/** Creates a folder where `greenroom` resolves to this package, for the running test. */
export async function userFolder(): Promise<string> {
    const folder = await tempDir('greenroom-user-');
    await mkdir(join(folder, 'node_modules'));
    await symlink(ROOT, join(folder, 'node_modules', 'greenroom'), 'dir');
    await symlink(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'), 'dir');
    await writeFile(join(folder, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n');
    return folder;
}
