import { lstatSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { EngineError } from '../../../errors/engine-error.js';
import { wrapFsError } from '../fs-error.js';

/**
 * Throws if a folder is a link that leads out of the storage directory. Such a link may come with a copy of the directory, and another
 * engine may own the target. A missing folder is accepted.
 *
 * @param directory - The storage directory, with symbolic links resolved.
 * @throws EngineError `storage-corrupted`.
 */
export function assertInside(directory: string, folder: string): void {
    const stats = wrapFsError('check', folder, () => lstatSync(folder, { throwIfNoEntry: false }));
    const target =
        stats?.isSymbolicLink() === true ? wrapFsError('check', folder, () => realpathSync(folder)) : undefined;
    if (target === undefined || target.startsWith(directory + sep)) return;
    const message =
        `\`${folder}\` is a link to \`${target}\`, outside the storage directory \`${directory}\`, which the engine must not change. ` +
        'Replace the link with the folder itself. To keep the data elsewhere, make the whole storage directory a link.';
    throw new EngineError('storage-corrupted', message, { details: { path: folder, target } });
}
