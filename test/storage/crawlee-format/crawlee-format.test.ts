import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MemoryStorage } from '@crawlee/memory-storage';
import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../../support/make-engine.js';
import { tempDir } from '../../support/files/temp-dir.js';
import type { Engine, TransferProgress } from 'greenroom';

const PICTURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255]);

const setups = [
    { name: 'in memory', open: () => makeEngine() },
    { name: 'on disk', open: async () => makeEngine({ storageDir: await tempDir() }) },
];

async function settled(storage: MemoryStorage): Promise<void> {
    await storage.teardown();
}

/** Waits for the next millisecond of the clock, by which Crawlee orders requests. */
async function nextMillisecond(): Promise<void> {
    const start = Date.now();
    while (Date.now() === start) await new Promise((resolve) => setImmediate(resolve));
}

/** Creates a directory with Crawlee's own storage, with a default and a named storage of each kind. */
async function writeWithCrawlee(writeMetadata: boolean): Promise<string> {
    const localDataDirectory = await tempDir();
    const storage = new MemoryStorage({ localDataDirectory, writeMetadata });
    for (const name of ['default', 'mine']) {
        const dataset = storage.dataset((await storage.datasets().getOrCreate(name)).id);
        await dataset.pushItems([
            { name, n: 1 },
            { n: 2, nested: { text: 'ž "quoted"' } },
        ]);
        await dataset.pushItems({ n: 3 });
        const store = storage.keyValueStore((await storage.keyValueStores().getOrCreate(name)).id);
        await store.setRecord({ key: 'INPUT', value: { name } });
        await store.setRecord({ key: 'picture', value: PICTURE, contentType: 'image/png' });
        await store.setRecord({ key: 'note', value: 'ž text' });
        await store.setRecord({ key: 'page', value: '<p>', contentType: 'text/html' });
        await store.setRecord({ key: 'bytes', value: Buffer.from([1, 2, 3]) });
        const queue = storage.requestQueue((await storage.requestQueues().getOrCreate(name)).id);
        for (const path of ['first', 'second', 'handled', 'third']) {
            await queue.addRequest({ url: `https://example.com/${path}`, uniqueKey: path, userData: { path } });
            await nextMillisecond();
        }
        await queue.addRequest({ url: 'https://example.com/front', uniqueKey: 'front' }, { forefront: true });
        await nextMillisecond();
        await queue.addRequest({ url: 'https://example.com/foremost', uniqueKey: 'foremost' }, { forefront: true });
        const { items } = await queue.listHead();
        const handled = items.find(({ uniqueKey }) => uniqueKey === 'handled')!;
        await queue.updateRequest({ ...handled, handledAt: '2027-01-01T00:00:00.000Z', retryCount: 2 });
    }
    await settled(storage);
    return localDataDirectory;
}

const ORDER = ['foremost', 'front', 'first', 'second', 'third'];

describe.each(setups)('a directory of Crawlee and an engine $name', ({ open }) => {
    it.each([
        ['without metadata', false],
        ['with metadata', true],
    ])('is imported as Crawlee wrote it, %s', async (_what, writeMetadata) => {
        const directory = await writeWithCrawlee(writeMetadata);
        const engine = await open();

        const names = await engine.storages.importFrom(directory);

        const both = ['default', 'mine'];
        expect(names).toEqual({ datasets: both, keyValueStores: both, requestQueues: both });
        for (const name of both) {
            const { client } = engine;
            const { items } = await client.dataset(name).listItems();
            expect(items).toEqual([{ name, n: 1 }, { n: 2, nested: { text: 'ž "quoted"' } }, { n: 3 }]);
            const store = client.keyValueStore(name);
            expect((await store.getRecord('INPUT'))?.value).toEqual({ name });
            expect(await store.getRecord('picture')).toMatchObject({ value: PICTURE, contentType: 'image/png' });
            expect((await store.getRecord('note'))?.value).toBe('ž text');
            expect((await store.getRecord('page'))?.value).toBe('<p>');
            expect((await store.getRecord('bytes'))?.value).toEqual(Buffer.from([1, 2, 3]));
            const queue = client.requestQueue(name);
            expect((await queue.listHead()).items.map(({ uniqueKey }) => uniqueKey)).toEqual(ORDER);
            expect(await queue.get()).toMatchObject({ totalRequestCount: 6, handledRequestCount: 1 });
            const { items: requests } = await queue.listRequests();
            const handled = requests.find(({ uniqueKey }) => uniqueKey === 'handled');
            expect(handled).toMatchObject({
                retryCount: 2,
                handledAt: '2027-01-01T00:00:00.000Z',
                userData: { path: 'handled' },
            });
        }
    });

    it('is exported as Crawlee reads it', async () => {
        const engine = await open();
        const run = await fill(engine);
        const directory = await tempDir();

        const names = await engine.storages.exportTo(directory, { run });

        expect(names).toEqual({
            datasets: ['products', 'default'],
            keyValueStores: ['config', 'default'],
            requestQueues: ['todo', 'default'],
        });
        const storage = new MemoryStorage({ localDataDirectory: directory });
        expect((await storage.dataset('products').listItems()).items).toEqual([{ sku: 'a' }, { sku: 'b' }]);
        expect((await storage.dataset('default').listItems()).items).toEqual([{ n: 1 }]);
        const config = storage.keyValueStore('config');
        expect((await config.listKeys()).items.map(({ key }) => key).toSorted()).toEqual([
            'SETTINGS',
            'a.b',
            'note',
            'photo',
            'picture',
            'strange',
        ]);
        expect((await config.getRecord('SETTINGS'))?.value).toEqual({ depth: 2 });
        expect((await config.getRecord('a.b'))?.value).toEqual({ dotted: true });
        expect((await config.getRecord('note'))?.value).toBe('ž');
        expect(await config.getRecord('picture')).toMatchObject({ value: PICTURE, contentType: 'image/png' });
        expect(await config.getRecord('photo')).toMatchObject({ value: PICTURE, contentType: 'image/jpeg' });
        expect(await config.getRecord('strange')).toMatchObject({
            value: PICTURE,
            contentType: 'application/x-of-ours',
        });
        expect((await storage.keyValueStore('default').getRecord('OUTPUT'))?.value).toBe('done');
        const queue = storage.requestQueue('todo');
        expect((await queue.listHead()).items.map(({ uniqueKey }) => uniqueKey)).toEqual(['front', 'a', 'b']);
        expect(await queue.get()).toMatchObject({
            totalRequestCount: 4,
            handledRequestCount: 1,
            pendingRequestCount: 3,
        });
        const { items } = await queue.listAndLockHead({ lockSecs: 60, limit: 10 });
        expect(items.map(({ uniqueKey }) => uniqueKey).toSorted()).toEqual(['a', 'b', 'front']);
        expect(await queue.addRequest({ url: 'https://example.com/a', uniqueKey: 'a' })).toMatchObject({
            wasAlreadyPresent: true,
        });
        await settled(storage);
    });

    it('is the same after an export and an import', async () => {
        const engine = await open();
        const run = await fill(engine);
        const directory = await tempDir();
        await engine.storages.exportTo(directory, { run });
        const other = await open();
        await other.storages.importFrom(directory);
        const again = await tempDir();

        await other.storages.exportTo(again);

        expect(await contentsOf(again)).toEqual(await contentsOf(directory));
    });

    it('is not overwritten by default', async () => {
        const engine = await open();
        await engine.storages.seed({ datasets: { products: [{ sku: 'a' }], default: [{ n: 1 }] } });
        const directory = await tempDir();
        await mkdir(join(directory, 'datasets', 'default'), { recursive: true });
        await writeFile(join(directory, 'datasets', 'default', '000000001.json'), '{"mine":true}');
        await writeFile(join(directory, 'datasets', 'default', '000000002.json'), '{"mine":true}');

        await expect(engine.storages.exportTo(directory)).rejects.toMatchObject({
            code: 'name-not-unique',
            message: expect.stringContaining('overwrite'),
        });
        expect(await readdir(directory)).toEqual(['datasets']);
        expect(await readdir(join(directory, 'datasets'))).toEqual(['default']);
        await engine.storages.exportTo(directory, { overwrite: true });

        expect(await readdir(join(directory, 'datasets', 'default'))).toEqual(['000000001.json', '__metadata__.json']);
        expect(await readdir(join(directory, 'datasets'))).toEqual(['default', 'products']);
    });

    it('does not replace storages of the engine by default', async () => {
        const directory = await writeWithCrawlee(false);
        const engine = await open();
        await engine.storages.seed({ requestQueues: { mine: ['https://example.com/kept'] } });

        await expect(engine.storages.importFrom(directory)).rejects.toMatchObject({ code: 'name-not-unique' });
        expect(await totals(engine)).toEqual([0, 0, 1]);
        await engine.storages.importFrom(directory, { overwrite: true });

        expect(await totals(engine)).toEqual([2, 2, 2]);
        const { items } = await engine.client.requestQueue('mine').listHead();
        expect(items.map(({ uniqueKey }) => uniqueKey)).toEqual(ORDER);
    });

    it.each<[string, string, string, string]>([
        ['an item that is no JSON', 'datasets/mine/000000002.json', '{"n":', 'storage-corrupted'],
        ['an item that is no object', 'datasets/mine/000000002.json', '[1]', 'storage-corrupted'],
        ['a key that cannot be', 'key_value_stores/mine/a b.json', '1', 'storage-corrupted'],
        [
            'a request that is none',
            'request_queues/mine/abcdefghijklmno.json',
            '{"json":"{}","orderNo":1}',
            'storage-corrupted',
        ],
        [
            'a request without `orderNo`',
            'request_queues/mine/abcdefghijklmno.json',
            '{"json":"{\\"url\\":\\"https://a.b\\"}"}',
            'storage-corrupted',
        ],
        ['a name that cannot be', 'datasets/a~b/000000001.json', '{}', 'invalid-value'],
    ])('fails with %s, and imports nothing', async (_what, file, content, code) => {
        const directory = await writeWithCrawlee(false);
        await mkdir(join(directory, file, '..'), { recursive: true });
        await writeFile(join(directory, file), content);
        const engine = await open();

        const imported = engine.storages.importFrom(directory);

        const name = code === 'invalid-value' ? 'a~b' : file.split('/').at(-1);
        await expect(imported).rejects.toMatchObject({ code, message: expect.stringContaining(name!) });
        expect(await totals(engine)).toEqual([0, 0, 0]);
    });

    it('skips and reports the files that Crawlee ignores', async () => {
        const directory = await writeWithCrawlee(false);
        const files = {
            'datasets/mine/notes.txt': 'note',
            'datasets/my_data.v2/000000001.json': '{"n":1}',
            'key_value_stores/mine/BROKEN.json': '{',
            'key_value_stores/mine/.DS_Store': '\0',
            'request_queues/mine/broken.json': '{"json":',
            'request_queues/mine/.DS_Store': '\0',
            'request_queues/mine/readme.md': '#',
        };
        for (const [file, content] of Object.entries(files)) {
            await mkdir(join(directory, file, '..'), { recursive: true });
            await writeFile(join(directory, file), content);
        }
        const engine = await open();

        const { datasets, skipped } = await engine.storages.importFrom(directory);

        expect(skipped!.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
            { path: join(directory, 'datasets/mine/notes.txt'), reason: 'does not belong to the storage' },
            { path: join(directory, 'key_value_stores/mine/BROKEN.json'), reason: 'is not valid JSON' },
            { path: join(directory, 'request_queues/mine/broken.json'), reason: 'is not valid JSON' },
            { path: join(directory, 'request_queues/mine/readme.md'), reason: 'does not belong to the storage' },
        ]);
        expect(datasets).toContain('my_data.v2');
        expect((await engine.client.requestQueue('mine').get())?.pendingRequestCount).toBe(ORDER.length);
        expect(await engine.client.keyValueStore('mine').recordExists('BROKEN')).toBe(false);
    });

    it('converts JSON5 to JSON', async () => {
        const directory = await writeWithCrawlee(false);
        const content = "{ // with a comment\n url: 'https://example.com', n: [1,], }";
        await writeFile(join(directory, 'key_value_stores/mine/INPUT.json'), content);
        const engine = await open();

        await engine.storages.importFrom(directory);

        expect((await engine.client.keyValueStore('mine').getRecord('INPUT'))?.value).toEqual({
            url: 'https://example.com',
            n: [1],
        });
    });

    it('can be aborted, in both directions', async () => {
        const directory = await writeWithCrawlee(false);
        const engine = await open();
        const ending = new AbortController();
        const reason = new Error('enough');
        const giveUp = { signal: ending.signal, onProgress: () => ending.abort(reason) };

        await expect(engine.storages.importFrom(directory, giveUp)).rejects.toBe(reason);
        expect(await totals(engine)).toEqual([0, 0, 0]);
        await engine.storages.importFrom(directory);
        const target = await tempDir();
        const again = new AbortController();
        const giveUpAgain = { signal: again.signal, onProgress: () => again.abort(reason) };

        await expect(engine.storages.exportTo(target, giveUpAgain)).rejects.toBe(reason);
        expect(await readdir(target)).toEqual([]);
    });

    it('reports progress', async () => {
        const directory = await tempDir();
        const engine = await open();
        const items = Array.from({ length: 2500 }, (_, n) => ({ n }));
        await engine.storages.seed({ datasets: { many: items } });
        const reported: TransferProgress[] = [];
        const onProgress = (progress: TransferProgress): void => void reported.push(progress);

        await engine.storages.exportTo(directory, { onProgress });
        const exportSteps = reported.splice(0);
        await engine.storages.importFrom(directory, { onProgress, overwrite: true });

        for (const steps of [exportSteps, reported]) {
            expect(steps.length).toBeGreaterThan(10);
            expect(steps.at(-1)).toEqual({ kind: 'dataset', name: 'many', done: 2500, total: 2500 });
        }
        expect((await engine.client.dataset('many').listItems()).items).toEqual(items);
    });
});

describe('the filter of an import', () => {
    it('excludes storages regardless of their content and name', async () => {
        const directory = await tempDir();
        for (const name of ['kept', 'not a name']) {
            await mkdir(join(directory, 'datasets', name), { recursive: true });
            await writeFile(join(directory, 'datasets', name, '000000001.json'), name === 'kept' ? '{"a":1}' : '{');
        }
        const engine = await makeEngine();

        const imported = await engine.storages.importFrom(directory, { filter: ({ name }) => name === 'kept' });

        expect(imported).toEqual({ datasets: ['kept'], keyValueStores: [], requestQueues: [] });
        await expect(engine.storages.importFrom(directory, { filter: 'kept' as never })).rejects.toThrow('a function');
    });
});

describe('a path that is not a directory of Crawlee', () => {
    it.each([
        ['nothing is there', async () => join(await tempDir(), 'nowhere')],
        ['it has none of the folders', async () => tempDir()],
    ])('is refused if %s', async (_what, make) => {
        const engine = await makeEngine();

        await expect(engine.storages.importFrom(await make())).rejects.toMatchObject({
            code: 'invalid-value',
            message: expect.stringContaining('key_value_stores'),
        });
    });

    it('is refused for its type, as are unknown options', async () => {
        const engine = await makeEngine();

        await expect(engine.storages.importFrom(7 as never)).rejects.toMatchObject({ code: 'invalid-value' });
        await expect(engine.storages.exportTo('')).rejects.toMatchObject({ code: 'invalid-value' });
        await expect(engine.storages.importFrom('.', { force: true } as never)).rejects.toMatchObject({
            code: 'unknown-option',
        });
        await expect(engine.storages.exportTo('.', { run: 'nobody' })).rejects.toMatchObject({
            code: 'record-not-found',
        });
    });
});

describe('a record without a valid file name in the layout', () => {
    it.each(['__metadata__', 'x.__metadata__', 'k'.repeat(256)])('fails the export: %s', async (key) => {
        const engine = await makeEngine();
        await engine.storages.seed({ keyValueStores: { config: { [key]: {} } }, datasets: { products: [{}] } });
        const directory = await tempDir();

        await expect(engine.storages.exportTo(directory)).rejects.toMatchObject({ code: 'invalid-record-key' });

        expect(await readdir(directory)).toEqual([]);
    });
});

describe('a lock on a request', () => {
    it('is not exported: the request can be locked immediately', async () => {
        const clock = new ManualClock(new Date());
        const engine = await makeEngine({ clock });
        await engine.storages.seed({ requestQueues: { todo: ['https://example.com/a', 'https://example.com/b'] } });
        await engine.client.requestQueue('todo', { clientKey: 'me' }).listAndLockHead({ limit: 1, lockSecs: 600 });
        const directory = await tempDir();

        await engine.storages.exportTo(directory);

        const storage = new MemoryStorage({ localDataDirectory: directory });
        const { items } = await storage.requestQueue('todo').listAndLockHead({ lockSecs: 1 });
        expect(items).toHaveLength(2);
        await settled(storage);
    });
});

async function fill(engine: Engine): Promise<string> {
    const { client } = engine;
    await engine.addActor({
        name: 'writes',
        run: async ({ Actor }) => {
            await Actor.pushData({ n: 1 });
            return 'done';
        },
    });
    const run = await engine.call('writes');
    await engine.storages.seed({
        datasets: { products: [{ sku: 'a' }, { sku: 'b' }] },
        keyValueStores: { config: { SETTINGS: { depth: 2 }, 'a.b': { dotted: true }, note: 'ž' } },
    });
    const config = client.keyValueStore('config');
    await config.setRecord({ key: 'picture', value: PICTURE, contentType: 'image/png' });
    await config.setRecord({ key: 'photo', value: PICTURE, contentType: 'image/jpeg' });
    await config.setRecord({ key: 'strange', value: PICTURE, contentType: 'application/x-of-ours' });
    const queue = client.requestQueue((await client.requestQueues().getOrCreate('todo')).id);
    for (const name of ['a', 'handled', 'b']) {
        await queue.addRequest({ url: `https://example.com/${name}`, uniqueKey: name });
    }
    await queue.addRequest({ url: 'https://example.com/front', uniqueKey: 'front' }, { forefront: true });
    const { items } = await queue.listRequests();
    const handled = items.find(({ uniqueKey }) => uniqueKey === 'handled')!;
    await queue.updateRequest({ ...handled, handledAt: new Date().toISOString() });
    return run.id;
}

async function totals({ client }: Engine): Promise<number[]> {
    const lists = [client.datasets(), client.keyValueStores(), client.requestQueues()];
    return Promise.all(lists.map(async (list) => (await list.list({ unnamed: true })).total));
}

/** Returns all files of a directory except for the metadata of storages. Requests have their rank instead of `orderNo`. */
async function contentsOf(directory: string): Promise<Record<string, string>> {
    const names = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile() && entry.name !== '__metadata__.json');
    const contents: Record<string, string> = {};
    for (const { parentPath, name } of files) {
        const path = join(parentPath, name);
        const text = await readFile(path, 'utf8');
        contents[path.slice(directory.length)] = text.replace(/"orderNo": \d+/, '"orderNo": 1');
    }
    return contents;
}
