import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { linkStandIns } from '../registry/stand-ins.js';
import type { ResolvedEngineOptions } from './options.js';

/** Makes a fresh folder for each given source, below one from which the built-in SDK resolves. */
export function sourceFolders(
    { standInsUrl }: ResolvedEngineOptions,
    findRoot: () => Promise<string>,
): () => Promise<string> {
    let root: Promise<string> | undefined;
    const prepare = async (): Promise<string> => {
        const directory = await findRoot();
        await linkStandIns(directory, standInsUrl);
        return directory;
    };
    return async () => {
        root ??= prepare();
        return mkdtemp(join(await root, 'actor-'));
    };
}
