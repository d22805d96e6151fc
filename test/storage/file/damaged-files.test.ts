import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from 'greenroom';
import { editDocument, journalOf } from '../../support/files/documents.js';
import { corruptEach, createCorruptionFixture, type CorruptionFixture } from '../../support/files/corrupt-file.js';
import { makeEngine } from '../../support/make-engine.js';
import { tempDir } from '../../support/files/temp-dir.js';

let fixture: CorruptionFixture;

beforeAll(async () => {
    fixture = await createCorruptionFixture();
}, 60_000);

afterAll(() => rmSync(fixture.template, { recursive: true, force: true }));

describe('a corrupted file of a storage directory', () => {
    it('affects only its own data', { timeout: 60_000 }, async () => {
        expect(fixture.files.length).toBeGreaterThan(25);
        // The compatibility tests cover all files and other corruptions.
        const files = fixture.files.filter((_, index) => index % 4 === 0);
        expect(await corruptEach({ ...fixture, files }, 'is garbage')).toEqual([]);
    });
});

describe('a run with an unreadable document', () => {
    it('is absent and reported, and reappears once the file is repaired', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.addActor({ name: 'once', run: () => 1 });
        const [corrupted, intact] = [await first.call('once'), await first.call('once')];
        await first.close();
        const path = journalOf(storageDir, 'runs');
        const text = readFileSync(path, 'utf8');
        editDocument(storageDir, 'runs', corrupted.id, (line) => `${line.slice(0, 60)}]`);
        const damaged = readFileSync(path, 'utf8');
        const second = await createEngine({ storageDir });
        const warning = new Promise<string>((resolve) => second.on('warning', ({ message }) => resolve(message)));

        expect(await warning).toContain(path);
        expect((await second.client.runs().list()).items.map(({ id }) => id)).toEqual([intact.id]);
        expect(await second.client.run(corrupted.id).get()).toBeUndefined();
        await second.close();
        expect(readFileSync(path, 'utf8')).toBe(damaged);
        writeFileSync(path, text);

        const { client } = await makeEngine({ storageDir });
        expect((await client.run(corrupted.id).get())?.status).toBe('SUCCEEDED');
    });
});

describe('a storage with unreadable metadata', () => {
    it('refuses access by id and by name, and its name stays taken', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.storages.seed({ datasets: { products: [{ sku: 1 }], others: [{ sku: 2 }] } });
        const { id } = (await first.client.dataset('local~products').get())!;
        await first.close();
        editDocument(storageDir, 'datasets', id, (line) => line.replace(/"createdAt":\d+/, '"createdAt":"once"'));

        const { client } = await makeEngine({ storageDir });

        const refusal = { code: 'storage-corrupted', message: expect.stringContaining('createdAt') as unknown };
        await expect(client.dataset(id).listItems()).rejects.toMatchObject(refusal);
        await expect(client.dataset('local~products').get()).rejects.toMatchObject(refusal);
        await expect(client.datasets().getOrCreate('products')).rejects.toMatchObject(refusal);
        expect((await client.datasets().list()).items.map(({ name }) => name)).toEqual(['others']);
        expect((await client.dataset('local~others').listItems()).items).toEqual([{ sku: 2 }]);
    });
});

describe('a dataset with a line that is not JSON', () => {
    it('reports the line and returns the other items', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.storages.seed({ datasets: { products: [{ n: 0 }, { n: 1 }, { n: 2 }] } });
        const { id } = (await first.client.dataset('local~products').get())!;
        await first.close();
        writeFileSync(join(storageDir, 'datasets', id, 'items.jsonl'), '{"n":0}\n{"n":#}\n{"n":2}\n');

        const { client } = await makeEngine({ storageDir });
        const dataset = client.dataset(id);

        await expect(dataset.listItems()).rejects.toMatchObject({
            code: 'storage-corrupted',
            message: expect.stringContaining('line 2 of its `items.jsonl`'),
        });
        expect((await dataset.listItems({ limit: 1 })).items).toEqual([{ n: 0 }]);
        expect((await dataset.listItems({ offset: 2 })).items).toEqual([{ n: 2 }]);
    });
});

describe('a key-value store with a lost index', () => {
    it.each(['gone', 'garbage'])('recovers its records from their file names: %s', async (how) => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.storages.seed({ keyValueStores: { config: { INPUT: { a: 1 }, page: 'text', 'a.b': [2] } } });
        const { id } = (await first.client.keyValueStore('local~config').get())!;
        await first.close();
        const folder = join(storageDir, 'key-value-stores', id);
        if (how === 'gone') rmSync(join(folder, 'index.jsonl'));
        else writeFileSync(join(folder, 'index.jsonl'), 'garbage\n');
        mkdirSync(join(folder, 'records', 'a folder'));

        const engine = await makeEngine({ storageDir });
        const store = engine.client.keyValueStore(id);

        expect((await store.listKeys()).items.map(({ key }) => key)).toEqual(['INPUT', 'a.b', 'page']);
        expect((await store.getRecord('INPUT'))?.value).toEqual({ a: 1 });
        expect((await store.getRecord('a.b'))?.value).toEqual([2]);
        expect((await store.getRecord('page'))?.value).toBe('text');
        const quarantined = readdirSync(folder).filter((name) => name.includes('damaged'));
        expect(quarantined).toEqual(how === 'gone' ? [] : ['index.jsonl.damaged']);
    });
});

describe('a request queue with an unreadable journal', () => {
    it('throws while other queues work, even if it was not closed properly', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.storages.seed({
            requestQueues: { todo: ['https://a.example/1'], others: ['https://a.example/2'] },
        });
        const { id } = (await first.client.requestQueue('local~todo').get())!;
        await first.close();
        const folder = join(storageDir, 'request-queues', id);
        writeFileSync(join(folder, 'journal.jsonl'), '["what is this"\n');
        editDocument(storageDir, 'request-queues', id, (line) => line.replace(/"counts":\{[^}]*\}/, '"counts":null'));

        const { client } = await makeEngine({ storageDir });

        await expect(client.requestQueue(id).listHead()).rejects.toMatchObject({
            code: 'storage-corrupted',
            message: expect.stringContaining('line 1 of its journal'),
        });
        expect((await client.requestQueue('local~others').listHead()).items).toHaveLength(1);
        expect((await client.requestQueues().list()).items.map(({ name }) => name)).toEqual(['others']);
    });
});
