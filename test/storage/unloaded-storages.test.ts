import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTestBackend } from '../support/files/file-backend.js';
import { StoragesUnderTest } from '../support/storages.js';
import { tempDir } from '../support/files/temp-dir.js';

/** More than the maximum number of loaded storages. */
const MANY = 520;

async function openInFiles(): Promise<{ storages: StoragesUnderTest; directory: string }> {
    const directory = await tempDir();
    const storages = new StoragesUnderTest(() => openTestBackend({ directory }));
    await storages.open();
    onTestFinished(() => storages.close());
    return { storages, directory };
}

/** Creates and uses so many other storages that the previous ones are unloaded. */
function unloadByUsingOthers({ datasets, keyValueStores, requestQueues }: StoragesUnderTest): void {
    for (let n = 0; n < MANY; n++) {
        datasets.create();
        keyValueStores.create();
        requestQueues.create();
    }
}

describe('storages in files that are used after many others', () => {
    it('keep their data, for old handles and for new ones', async () => {
        const { storages } = await openInFiles();
        const dataset = storages.datasets.create({ name: 'kept' });
        dataset.push([{ n: 1 }]);
        const store = storages.keyValueStores.create();
        await store.set('key', Buffer.from('1'), 'application/json');
        const queue = storages.requestQueues.create();
        await queue.addBatch([{ url: 'a' }, { url: 'b' }]);
        unloadByUsingOthers(storages);

        dataset.push([{ n: 2 }]);
        await store.set('other', Buffer.from('2'), 'application/json');
        await queue.add({ url: 'c' });

        const again = storages.datasets.find('kept')!;
        again.push([{ n: 3 }]);
        expect((await dataset.list()).items).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
        expect(dataset.info().stats).toEqual(again.info().stats);
        expect(again.info().stats.writeCount).toBe(3);
        expect(
            storages.keyValueStores
                .find(store.id)!
                .listKeys()
                .items.map(({ key }) => key),
        ).toEqual(['key', 'other']);
        expect(storages.requestQueues.find(queue.id)!.info()).toMatchObject({ totalRequestCount: 3 });
    });

    it('are saved when they are unloaded, and on close if they were used since', async () => {
        const { storages, directory } = await openInFiles();
        const dataset = storages.datasets.create();
        dataset.push([{ n: 1 }]);
        const path = join(directory, 'registry', 'datasets.jsonl');
        const counters = (): unknown => {
            const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
            const own = lines.map((line) => JSON.parse(line) as [string, { counters?: object }]);
            return own.findLast(([id]) => id === dataset.id)?.[1].counters;
        };
        expect(counters()).toBeUndefined();
        unloadByUsingOthers(storages);
        expect(counters()).toEqual({ writeCount: 1 });
        dataset.push([{ n: 2 }]);

        await storages.reopen();

        expect(counters()).toEqual({ writeCount: 2 });
        expect(storages.datasets.find(dataset.id)!.info().itemCount).toBe(2);
    });

    it('keep their locks', async () => {
        const { storages } = await openInFiles();
        const queue = storages.requestQueues.create();
        await queue.addBatch([{ url: 'a' }, { url: 'b' }]);
        await queue.lockHead({ lockSecs: 60, limit: 1 }, 'client');
        unloadByUsingOthers(storages);

        const { items } = await storages.requestQueues.find(queue.id)!.head(10, 'other');

        expect(items.map(({ url }) => url)).toEqual(['b']);
    });

    it('have the counts of a queue after a crash', async () => {
        const { storages } = await openInFiles();
        const { id } = storages.requestQueues.create();
        await storages.requestQueues.find(id)!.addBatch([{ url: 'a' }, { url: 'b' }]);
        unloadByUsingOthers(storages);
        await storages.requestQueues.find(id)!.add({ url: 'c' });

        await storages.reopenAfterCrash();

        expect(storages.requestQueues.find(id)!.info().totalRequestCount).toBe(3);
    });
});

describe('the metadata of a storage', () => {
    it('is used as a user has edited it', async () => {
        const { storages, directory } = await openInFiles();
        const { id } = storages.datasets.create({ name: 'before' });
        const path = join(directory, 'registry', 'datasets.jsonl');

        await storages.reopen(() => writeFileSync(path, readFileSync(path, 'utf8').replace('before', 'after')));

        expect(storages.datasets.find('after')?.id).toBe(id);
        expect(storages.datasets.find('before')).toBeUndefined();
    });

    it('is gone from the lists after a user has removed it', async () => {
        const { storages, directory } = await openInFiles();
        const [gone, kept] = ['gone', 'kept'].map((name) => storages.datasets.create({ name }).id);
        const path = join(directory, 'registry', 'datasets.jsonl');

        await storages.reopen(() => {
            const lines = readFileSync(path, 'utf8').split('\n');
            writeFileSync(path, lines.filter((line) => !line.includes(gone!)).join('\n'));
        });

        expect(storages.datasets.find(gone!)).toBeUndefined();
        expect(storages.datasets.list().items.map(({ id }) => id)).toEqual([kept]);
    });
});
