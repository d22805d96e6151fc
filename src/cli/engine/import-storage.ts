import { join } from 'node:path';
import { FOLDERS, namesIn } from '../../engine/crawlee/layout.js';
import { formatCount } from '../output/units.js';
import type { Engine } from '../../engine/engine.js';
import type { StorageKind } from '../../model/storage.js';

/** Names of the default storages of a run, and of temporary and hidden ones. */
const UNNAMED = /^(default$|__|\.)/;

/**
 * Imports the named storages of a folder `storage` in Crawlee's layout that do not exist yet. The folder is not changed.
 *
 * @returns A line that reports the import, if there was one.
 */
export async function importStorage({ client, storages }: Engine, folder: string): Promise<string | undefined> {
    const directory = join(folder, 'storage');
    const wanted = new Set<string>();
    for (const [kind, parent] of Object.entries(FOLDERS) as [StorageKind, string][]) {
        // An Actor may have a file of that name.
        const names = await namesIn(join(directory, parent), 'folder').catch((): string[] => []);
        for (const name of names.filter((one) => !UNNAMED.test(one)))
            if ((await client[kind](`~${name}`).get()) === undefined) wanted.add(`${kind} ${name}`);
    }
    if (wanted.size === 0) return undefined;
    const imported = await storages.importFrom(directory, {
        filter: ({ kind, name }) => wanted.has(`${kind} ${name}`),
    });
    const names = Object.values(imported).flat();
    return `Imported ${formatCount(names.length, 'named storage')} from ${directory}: ${names.join(', ')}`;
}
