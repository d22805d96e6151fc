import { mkdir, rm } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { PRIVATE_FOLDER } from '../../storage/file/atomic-file.js';
import { assertInside } from '../../storage/file/directory/assert-inside.js';
import { listIfReadable, wrapFsErrorAsync } from '../../storage/file/fs-error.js';
import { linkApifyShim } from '../../actors/source/link-apify-shim.js';
import type { BuildFolders } from '../../actors/builds/builds.js';
import type { ResolvedEngineOptions } from '../options/options.js';

/** The folders for the sources of Actors that were added as text or copied. */
export interface SourceFolders extends BuildFolders {
    /** Absolute path of their parent folder; undefined before it is created. */
    readonly root: string | undefined;
    /** Returns the root, and creates it if it does not exist. */
    prepareRoot(): Promise<string>;
}

/** The location of the source folders. */
interface SourceLocation {
    /** Creates the root and returns it. */
    createRoot: () => Promise<string>;
    /** The root, if it is known before it is created. */
    knownRoot?: string;
    /** The directory of the engine, with symbolic links resolved. Default: the root. */
    directory?: string;
}

const PREFIX = 'actor-';

/** Creates the folders for sources. Their root is created with the first of them. */
export function createSourceFolders(
    { apifyShimUrl }: ResolvedEngineOptions,
    { createRoot, knownRoot, directory }: SourceLocation,
): SourceFolders {
    let root = knownRoot;
    let preparing: Promise<string> | undefined;
    const prepare = async (): Promise<string> => {
        const created = await createRoot();
        await wrapFsErrorAsync('prepare', created, () => linkApifyShim(created, apifyShimUrl));
        return (root = created);
    };
    const prepareRoot = (): Promise<string> => {
        // After a failure, the next call tries again.
        preparing ??= prepare().catch((error: unknown) => {
            preparing = undefined;
            throw error;
        });
        return preparing;
    };
    const remove = async (name: string): Promise<void> => {
        assertInside(directory ?? root!, root!);
        await rm(join(root!, name), { recursive: true, force: true, maxRetries: 3 });
    };
    return {
        get root() {
            return root;
        },
        prepareRoot,
        async create(buildId) {
            const path = join(await prepareRoot(), folderName(buildId));
            await wrapFsErrorAsync('create a folder at', path, () => mkdir(path, PRIVATE_FOLDER));
            return path;
        },
        async remove(buildId) {
            if (root !== undefined) await remove(folderName(buildId));
        },
        async removeOrphans(buildIds) {
            if (root === undefined) return;
            const used = new Set(buildIds.map(folderName));
            const names = listIfReadable(root);
            await Promise.all(names.filter((name) => name.startsWith(PREFIX) && !used.has(name)).map(remove));
        },
        toStoredPath(path) {
            const base = directory ?? root;
            if (base === undefined || !isAbsolute(path)) return path;
            const below = relative(base, path);
            const isOutside = below === '' || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below);
            return isOutside ? path : below.split(sep).join('/');
        },
        fromStoredPath(path, buildId) {
            const base = directory ?? root;
            if (path === '' || base === undefined) return path;
            // Earlier versions stored absolute paths, also of the build's own folder, which has moved with the directory.
            const names = path.split(/[/\\]/);
            const own = names.lastIndexOf(folderName(buildId));
            if (own >= 0) return join(root!, ...names.slice(own));
            return isAbsolute(path) ? path : join(base, path);
        },
    };
}

/** Returns the name of a build's folder. The id may come from an edited document, so it is made safe for a path. */
function folderName(buildId: string): string {
    return PREFIX + buildId.replace(/[^\w-]/g, '_');
}
