import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatCount } from '../output/units.js';
import type { Engine } from '../../engine/engine.js';
import type { StorageKind } from '../../model/storage.js';

const FOLDERS: Readonly<Record<StorageKind, string>> = {
    dataset: 'datasets',
    keyValueStore: 'key_value_stores',
    requestQueue: 'request_queues',
};
/** Names of the default storages of a run, and of temporary and hidden ones. */
const UNNAMED = /^(default$|__|\.)/;

/**
 * Imports the named storages of a folder `storage` in Crawlee's layout that do not exist yet. The folder is not changed.
 *
 * @returns A line that reports the import, if there was one.
 */
export async function importStorage(engine: Engine, folder: string): Promise<string | undefined> {
    const directory = join(folder, 'storage');
    const found = Object.entries(FOLDERS).flatMap(([kind, parent]) =>
        namesIn(join(directory, parent)).map((name) => ({ kind: kind as StorageKind, name })),
    );
    const isNew = await Promise.all(found.map(async ({ kind, name }) => !(await exists(engine, kind, name))));
    const wanted = new Set(found.filter((_, index) => isNew[index]).map(({ kind, name }) => `${kind} ${name}`));
    if (wanted.size === 0) return undefined;
    const filter = ({ kind, name }: { kind: StorageKind; name: string }): boolean => wanted.has(`${kind} ${name}`);
    const { datasets, keyValueStores, requestQueues } = await engine.storages.importFrom(directory, { filter });
    const names = [...datasets, ...keyValueStores, ...requestQueues];
    return `Imported ${formatCount(names.length, 'named storage')} from ${directory}: ${names.join(', ')}`;
}

function namesIn(folder: string): string[] {
    try {
        return readdirSync(folder, { withFileTypes: true })
            .filter((entry) => entry.isDirectory() && !UNNAMED.test(entry.name))
            .map(({ name }) => name);
    } catch {
        return [];
    }
}

async function exists({ client }: Engine, kind: StorageKind, name: string): Promise<boolean> {
    const id = `~${name}`;
    const storage = {
        dataset: () => client.dataset(id),
        keyValueStore: () => client.keyValueStore(id),
        requestQueue: () => client.requestQueue(id),
    }[kind]();
    return (await storage.get()) !== undefined;
}
