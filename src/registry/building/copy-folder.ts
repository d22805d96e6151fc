import { statSync } from 'node:fs';
import { copyFile, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/** What is no source: what was installed, the history, and where runs on this machine have kept their data. */
const MODULES = 'node_modules';
const LEFT_OUT = ['.git', 'storage', 'apify_storage', 'crawlee_storage'];

/** Which folder to copy, and where to. */
export interface FolderCopy {
    from: string;
    /** Must not exist yet; its parent must be empty. */
    to: string;
    /** Absolute path of a folder that is left out wherever it is. */
    exclude?: string;
}

/**
 * Copies an Actor's folder.
 *
 * Installed packages are linked and not copied: they are hundreds of megabytes, take longer to copy than a run takes, and
 * are no part of the source. Those of the folders above, where workspaces have them, are reachable from the copy as well.
 *
 * @returns The links, for whoever wants to have packages installed anew: through them, that would change the original.
 */
export async function copyFolder({ from, to, exclude }: FolderCopy): Promise<string[]> {
    const links: string[] = [];
    // Not `cp` of Node: it refuses to copy a folder into one below it, also where that one is left out.
    const copy = async (way: string): Promise<void> => {
        const [source, target] = [join(from, way), join(to, way)];
        await mkdir(target, { recursive: true });
        for (const entry of await readdir(source, { withFileTypes: true })) {
            const next = join(way, entry.name);
            const path = join(from, next);
            if (entry.name === MODULES && isFolder(path)) links.push(await link(path, join(to, next)));
            else if (LEFT_OUT.includes(next) || path === exclude) continue;
            else if (entry.isDirectory()) await copy(next);
            else if (entry.isFile()) await copyFile(path, join(to, next));
            // One that is relative leads to the same place in the copy, and not back to the original.
            else if (entry.isSymbolicLink()) await symlink(await readlink(path), join(to, next));
        }
    };
    await copy('');
    const above = modulesAbove(from);
    if (above !== undefined) links.push(await link(above, join(dirname(to), MODULES)));
    return links;
}

async function link(target: string, path: string): Promise<string> {
    await symlink(target, path, 'junction');
    return path;
}

function modulesAbove(folder: string): string | undefined {
    for (let at = dirname(folder); ; at = dirname(at)) {
        const modules = join(at, MODULES);
        if (!at.split(sep).includes(MODULES) && isFolder(modules)) return modules;
        if (dirname(at) === at) return undefined;
    }
}

function isFolder(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
