import { lstatSync, statSync } from 'node:fs';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';

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
    const modules: string[] = [];
    const isSource = (path: string): boolean => {
        const way = relative(from, path);
        if (way === '') return true;
        if (basename(path) === MODULES) {
            modules.push(way);
            return false;
        }
        return path !== exclude && !LEFT_OUT.includes(way) && isCopyable(path);
    };
    // A link that is relative leads to the same place in the copy, and not back to the original.
    await cp(from, to, { recursive: true, verbatimSymlinks: true, filter: isSource });
    const links: string[] = [];
    for (const way of modules) {
        if (isFolder(join(from, way))) links.push(await link(join(from, way), join(to, way)));
    }
    const above = modulesAbove(from);
    if (above !== undefined) links.push(await link(above, join(dirname(to), MODULES)));
    return links;
}

async function link(target: string, path: string): Promise<string> {
    await mkdir(dirname(path), { recursive: true });
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

/** Sockets and pipes cannot be copied, and are no source either. */
function isCopyable(path: string): boolean {
    const stats = lstatSync(path);
    return stats.isFile() || stats.isDirectory() || stats.isSymbolicLink();
}

function isFolder(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
