import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Makes `apify` and `greenroom/actor` resolve to the built-in SDK from every folder below this one. It is a link and no
 * copy, so that the module is the same for all Actors and spare threads can have imported it before there is one.
 *
 * @param root - Folder that the folders of given sources are made in.
 * @param standInsUrl - Where the stand-ins are, as a file URL.
 */
export async function linkStandIns(root: string, standInsUrl: string): Promise<void> {
    const from = fileURLToPath(standInsUrl);
    const to = join(root, 'node_modules');
    await mkdir(root, { recursive: true });
    // What is there may be of another installation, which may be gone by now.
    await rm(to, { recursive: true, force: true });
    try {
        await symlink(from, to, 'junction');
    } catch {
        // Some file systems have no links.
        await cp(from, to, { recursive: true });
    }
}
