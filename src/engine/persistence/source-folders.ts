import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { wrapFsErrorAsync } from '../../storage/file/fs-error.js';
import { linkApifyShim } from '../../actors/source/link-apify-shim.js';
import type { BuildFolders } from '../../actors/builds/build-job.js';
import type { ResolvedEngineOptions } from '../options/options.js';

/** The folders of Actors whose source was given as text, or is copied. */
export interface SourceFolders extends BuildFolders {
    /** Absolute path of the folder that they are in, once there is one. */
    readonly root: string | undefined;
    /** As `root`; made if there is none yet. */
    prepareRoot(): Promise<string>;
}

const PREFIX = 'actor-';

/**
 * Makes folders for given sources in a root that is found, or made, when the first of them is needed.
 *
 * @param known - The root, if there are folders in it already.
 */
export function createSourceFolders(
    { apifyShimUrl }: ResolvedEngineOptions,
    findRoot: () => Promise<string>,
    known?: string,
): SourceFolders {
    let root = known;
    let preparing: Promise<string> | undefined;
    const prepare = async (): Promise<string> => {
        const directory = await findRoot();
        await wrapFsErrorAsync('prepare', directory, () => linkApifyShim(directory, apifyShimUrl));
        return (root = directory);
    };
    const prepareRoot = (): Promise<string> => {
        // One that failed may be tried again.
        preparing ??= prepare().catch((error: unknown) => {
            preparing = undefined;
            throw error;
        });
        return preparing;
    };
    return {
        get root() {
            return root;
        },
        prepareRoot,
        async create(buildId) {
            const path = join(await prepareRoot(), nameOf(buildId));
            await wrapFsErrorAsync('make a folder at', path, () => mkdir(path, { mode: 0o700 }));
            return path;
        },
        async remove(buildId) {
            if (root === undefined) return;
            await rm(join(root, nameOf(buildId)), { recursive: true, force: true, maxRetries: 3 });
        },
        async removeOrphans(paths) {
            if (root === undefined) return;
            // By name: the directory may have been somewhere else when the paths were written down.
            const known = new Set(paths.flatMap((path) => path.split(/[/\\]/)));
            const names = (await readdir(root)).filter((name) => name.startsWith(PREFIX) && !known.has(name));
            await Promise.all(names.map((name) => rm(join(root!, name), { recursive: true, force: true })));
        },
    };
}

/** The name of a build's folder. A document may hold anything as the id: no name leads out of the root. */
function nameOf(buildId: string): string {
    return PREFIX + buildId.replace(/[^\w-]/g, '_');
}

/** The name of the folder in the root that a path is, or is below of; undefined for a path elsewhere. */
export function sourceFolderOf(path: string, root: string): string | undefined {
    for (let at = path; dirname(at) !== at; at = dirname(at)) {
        if (dirname(at) === root) return basename(at).startsWith(PREFIX) ? basename(at) : undefined;
    }
    return undefined;
}
