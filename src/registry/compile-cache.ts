import { join, sep } from 'node:path';
import type { InstalledPackage } from './package-lookup.js';

/**
 * Where spares keep the compiled code of an Actor's dependencies, so that the next process need not compile it again: in
 * the usual place for caches, beside the packages it is of. What is there is trusted as much as they are.
 *
 * @returns Undefined where Node has no such cache, where the user does not want one, and in Electron, which brings apps
 * into folders that must not be written to.
 */
export function compileCacheFor({ directory }: InstalledPackage): string | undefined {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const isThere = major > 22 || (major === 22 && minor >= 1);
    const isUnwanted = Boolean(process.env['NODE_DISABLE_COMPILE_CACHE']) || 'electron' in process.versions;
    const modules = directory.indexOf(`${sep}node_modules${sep}`);
    if (!isThere || isUnwanted || modules === -1) return undefined;
    return join(directory.slice(0, modules), 'node_modules', '.cache', 'greenroom');
}
