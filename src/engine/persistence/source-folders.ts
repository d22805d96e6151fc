import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { wrapFsErrorAsync } from '../../storage/file/fs-error.js';
import { linkApifyShim } from '../../actors/source/link-apify-shim.js';
import type { BuildFolders } from '../../actors/builds/build-job.js';
import type { ResolvedEngineOptions } from '../options/options.js';

/** The folders for the sources of Actors that were added as text or copied. */
export interface SourceFolders extends BuildFolders {
    /** Absolute path of their parent folder; undefined before it is created. */
    readonly root: string | undefined;
    /** Returns the root, and creates it if it does not exist. */
    prepareRoot(): Promise<string>;
}

const PREFIX = 'actor-';

/**
 * Creates the folders for sources. Their root is created with the first of them.
 *
 * @param existingRoot - The root, if it exists already.
 */
export function createSourceFolders(
    { apifyShimUrl }: ResolvedEngineOptions,
    findRoot: () => Promise<string>,
    existingRoot?: string,
): SourceFolders {
    let root = existingRoot;
    let preparing: Promise<string> | undefined;
    const prepare = async (): Promise<string> => {
        const directory = await findRoot();
        await wrapFsErrorAsync('prepare', directory, () => linkApifyShim(directory, apifyShimUrl));
        return (root = directory);
    };
    const prepareRoot = (): Promise<string> => {
        // After a failure, the next call tries again.
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
            const path = join(await prepareRoot(), folderName(buildId));
            await wrapFsErrorAsync('create a folder at', path, () => mkdir(path, { mode: 0o700 }));
            return path;
        },
        async remove(buildId) {
            if (root === undefined) return;
            await rm(join(root, folderName(buildId)), { recursive: true, force: true, maxRetries: 3 });
        },
        async removeOrphans(paths) {
            if (root === undefined) return;
            // Compare names only: the directory may have been moved since the paths were stored.
            const used = new Set(paths.flatMap((path) => path.split(/[/\\]/)));
            const names = (await readdir(root)).filter((name) => name.startsWith(PREFIX) && !used.has(name));
            await Promise.all(names.map((name) => rm(join(root!, name), { recursive: true, force: true })));
        },
    };
}

/** Returns the name of a build's folder. The id may come from an edited document, so it is made safe for a path. */
function folderName(buildId: string): string {
    return PREFIX + buildId.replace(/[^\w-]/g, '_');
}

/** Returns the name of the source folder in the root that contains a path; undefined for a path outside the root. */
export function sourceFolderOf(path: string, root: string): string | undefined {
    for (let current = path; dirname(current) !== current; current = dirname(current)) {
        if (dirname(current) === root) return basename(current).startsWith(PREFIX) ? basename(current) : undefined;
    }
    return undefined;
}
