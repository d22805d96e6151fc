import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import type { FileChangeDetector } from './file-change-detector.js';

/*
 * Why not `createRequire(…).resolve`: it does not find packages that export for `import` only, and Node caches package.json
 * files permanently, so packages installed later would not be found.
 */

const CONDITIONS = new Set(['node', 'import', 'module-sync', 'default']);

/** An installed package. */
export interface InstalledPackage {
    directory: string;
    manifest: JsonObject;
}

/** Finds the package to which a bare specifier resolves from a file: in `node_modules` of its folder or of a folder above. */
export async function findPackage(
    files: FileChangeDetector,
    file: string,
    name: string,
): Promise<InstalledPackage | undefined> {
    for (const folder of foldersAbove(realPath(file))) {
        if (basename(folder) === 'node_modules') continue;
        const directory = join(folder, 'node_modules', name);
        const manifest = await files.readJson(join(directory, 'package.json'));
        // Node identifies packages by their real path, which differs under pnpm and in workspaces.
        if (manifest) return { directory: realPath(directory), manifest };
    }
    return undefined;
}

/** Returns the file URL to which an `import` of the package, or of a subpath such as `./esm/api`, resolves. */
export function packageUrl(
    files: FileChangeDetector,
    { directory, manifest }: InstalledPackage,
    subpath: '.' | `./${string}` = '.',
): string | undefined {
    const targets = [exportTarget(manifest['exports'], subpath)];
    if (manifest['exports'] === undefined) targets.push(subpath === '.' ? manifest['main'] : subpath, 'index.js');
    const paths = targets.filter((target) => typeof target === 'string').map((target) => join(directory, target));
    const file = paths
        .flatMap((path) => [path, `${path}.js`, join(path, 'index.js')])
        .find((path) => files.isFile(path));
    return file === undefined ? undefined : pathToFileURL(realPath(file)).href;
}

/** Returns the folder of a file and all folders above it, nearest first. */
export function foldersAbove(file: string): string[] {
    const folders: string[] = [];
    for (let folder = dirname(file); ; folder = dirname(folder)) {
        folders.push(folder);
        if (dirname(folder) === folder) return folders;
    }
}

function exportTarget(exports: unknown, subpath: string): unknown {
    const hasSubpaths = isJsonObject(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
    if (!hasSubpaths) return subpath === '.' ? conditionalTarget(exports) : undefined;
    return conditionalTarget(exports[subpath]);
}

function conditionalTarget(target: unknown): unknown {
    if (Array.isArray(target)) return target.map(conditionalTarget).find((candidate) => candidate !== undefined);
    if (!isJsonObject(target)) return target;
    const nested = Object.entries(target)
        .filter(([condition]) => CONDITIONS.has(condition))
        .map(([, value]) => conditionalTarget(value));
    return nested.find((candidate) => candidate !== undefined);
}

function realPath(file: string): string {
    try {
        return realpathSync(file);
    } catch {
        return file;
    }
}
