import { createHmacSignature, createStorageContentSignature } from '@apify/utilities';
import { ApifyClient } from 'apify-client';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/testing/manual-clock.js';
import type { Engine } from 'greenroom';
import { makeEngine } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';
import { BASE_URL, connectClient } from './connect-client.js';

/** True if a request without a token is answered with what its URL leads to. */
async function isOpenIn(engine: Engine, url: string, method = 'GET'): Promise<boolean> {
    return (await engine.fetch(new Request(url, { method }))).status === 200;
}

async function withStorages() {
    const clock = new ManualClock();
    const engine = await makeEngine({ clock });
    const { client } = engine;
    const remote = connectClient(client);
    const dataset = await client.datasets().getOrCreate('data');
    const store = await client.keyValueStores().getOrCreate('store');
    await client.keyValueStore(store.id).setRecord({ key: "it's", value: 1 });
    const isOpen = (url: string, method?: string) => isOpenIn(engine, url, method);
    return { clock, client, remote, dataset, store, isOpen };
}

function signatureOf(url: string): string {
    return new URL(url).searchParams.get('signature') ?? '';
}

const READS_SIGNED = `export default async ({ input: { id, signature }, Actor }) => {
    const { items } = await Actor.newClient().dataset(id).listItems({ signature });
    const url = new URL('/v2/datasets/' + id + '/items', Actor.config?.get('apiBaseUrl') ?? process.env.APIFY_API_BASE_URL);
    const headers = { authorization: 'Bearer ' + process.env.APIFY_TOKEN };
    const signed = await fetch(url + '?signature=' + signature, { headers });
    const unsigned = await fetch(url, { headers });
    return [items, await signed.json(), unsigned.status];
};`;

describe('a public URL', () => {
    it('is signed as the platform signs it', async () => {
        const { client, dataset, store } = await withStorages();

        const items = await client.dataset('data').createItemsPublicUrl();
        const keys = await client.keyValueStore('store').createKeysPublicUrl();
        const record = await client.keyValueStore('store').getRecordPublicUrl("it's");

        const keyOf = ({ urlSigningSecretKey }: { urlSigningSecretKey?: string }): string => urlSigningSecretKey!;
        const signStorage = (info: { id: string; urlSigningSecretKey?: string }) =>
            createStorageContentSignature({ resourceId: info.id, urlSigningSecretKey: keyOf(info) });
        expect(signatureOf(items)).toBe(signStorage(dataset));
        expect(signatureOf(keys)).toBe(signStorage(store));
        expect(signatureOf(record)).toBe(createHmacSignature(keyOf(store), "it's"));
        expect(keyOf(dataset)).not.toBe(keyOf(store));
    });

    it('is the same as that of the real client, except the host', async () => {
        const { client, remote } = await withStorages();
        const path = (url: string) => new URL(url).pathname + new URL(url).search;

        for (const pair of [
            [remote.dataset('data'), client.dataset('data')] as const,
            [remote.dataset('local~data'), client.dataset('local~data')] as const,
        ]) {
            const [theirs, ours] = await Promise.all(
                pair.map((dataset) => dataset.createItemsPublicUrl({ limit: 5, clean: true, fields: ['a', 'b'] })),
            );
            expect(signatureOf(theirs!)).toBe(signatureOf(ours!));
            expect([...new URL(theirs!).searchParams].toSorted()).toEqual([...new URL(ours!).searchParams].toSorted());
        }
        const [theirs, ours] = [remote.keyValueStore('store'), client.keyValueStore('store')];
        expect(signatureOf(await theirs.getRecordPublicUrl('a'))).toBe(signatureOf(await ours.getRecordPublicUrl('a')));
        expect(signatureOf(await theirs.createKeysPublicUrl({ prefix: 'a' }))).toBe(
            signatureOf(await ours.createKeysPublicUrl({ prefix: 'a' })),
        );
        expect(path(await ours.createKeysPublicUrl({ prefix: 'a' }))).toMatch(/\/keys\?signature=\w+&prefix=a$/);
    });

    it('gives access to its own resource only', async () => {
        const { client, dataset, store, isOpen } = await withStorages();
        const items = await client.dataset('data').createItemsPublicUrl();
        const keys = await client.keyValueStore('store').createKeysPublicUrl();
        const record = await client.keyValueStore('store').getRecordPublicUrl("it's");
        const at = (path: string, signature: string) => `${BASE_URL}/v2${path}?signature=${signature}`;

        const opened = [
            items,
            keys,
            record,
            at('/datasets/data/items', signatureOf(items)),
            at('/datasets/local~data/items/', signatureOf(items)),
            // The Python client keeps the padding of Base64.
            at('/datasets/data/items', `${signatureOf(items)}=`),
            at(`/key-value-stores/${store.id}/keys`, `${signatureOf(keys)}%3D%3D`),
            at(`/key-value-stores/${store.id}/records`, signatureOf(keys)),
            at(`/key-value-stores/${store.id}/records/it%27s`, signatureOf(record)),
        ];
        const closed = [
            `${BASE_URL}/v2/datasets/${dataset.id}/items`,
            at(`/datasets/${dataset.id}/items`, ''),
            at(`/datasets/${dataset.id}`, signatureOf(items)),
            at('/datasets/other/items', signatureOf(items)),
            at(`/datasets/${dataset.id}/items`, signatureOf(keys)),
            at(`/datasets/${dataset.id}/items`, `${signatureOf(items)}A`),
            at(`/datasets/${dataset.id}/items`, `=${signatureOf(items)}`),
            at(`/datasets/${dataset.id}/items`, '=='),
            at(`/key-value-stores/${store.id}/records/it%27s`, `${signatureOf(record)}=`),
            at(`/datasets/${dataset.id}/items`, signatureOf(record)),
            at(`/datasets/${dataset.id}/items`, 'MC4wLg'),
            at(`/key-value-stores/${store.id}/records/other`, signatureOf(record)),
            at(`/key-value-stores/${store.id}/records/it%27s`, signatureOf(keys)),
            at(`/key-value-stores/${store.id}/records/%E0%A4`, signatureOf(record)),
            at('/users/me', signatureOf(items)),
        ];

        expect(await Promise.all(opened.map((url) => isOpen(url)))).toEqual(opened.map(() => true));
        expect(await Promise.all(closed.map((url) => isOpen(url)))).toEqual(closed.map(() => false));
    });

    it('only permits reading', async () => {
        const { client, isOpen } = await withStorages();
        const items = await client.dataset('data').createItemsPublicUrl();

        expect(await isOpen(items, 'HEAD')).toBe(true);
        for (const method of ['POST', 'PUT', 'DELETE']) expect(await isOpen(items, method)).toBe(false);
        expect(await isOpen(`${items}&method=POST`)).toBe(false);
    });

    it('expires by the clock of the engine', async () => {
        const { clock, client, isOpen } = await withStorages();
        const short = await client.dataset('data').createItemsPublicUrl({ expiresInSecs: 60 });
        const forEver = await client.dataset('data').createItemsPublicUrl();

        await clock.advance('59s');
        expect(await isOpen(short)).toBe(true);
        await clock.advance('1s');
        expect(await isOpen(short)).toBe(false);
        expect(await isOpen(forEver)).toBe(true);
    });

    it('is in the record of a storage, and valid for two weeks', async () => {
        const { clock, client, isOpen } = await withStorages();
        const { itemsPublicUrl } = (await client.dataset('data').get())!;
        const { keysPublicUrl, recordsPublicUrl } = (await client.keyValueStore('store').get())!;
        const [{ recordPublicUrl } = { recordPublicUrl: '' }] = (await client.keyValueStore('store').listKeys()).items;
        const listed = (await client.datasets().list()).items[0]!.itemsPublicUrl;
        const urls = [itemsPublicUrl, listed, keysPublicUrl, recordsPublicUrl, recordPublicUrl];

        await clock.advance('14d');
        expect(await Promise.all(urls.map((url) => isOpen(url)))).toEqual([true, true, true, true, true]);
        await clock.advance('1h');
        expect(await Promise.all(urls.map((url) => isOpen(url)))).toEqual([false, false, false, false, true]);
    });

    it('gives access to the default storages of a run, also by the run', async () => {
        const { client, isOpen } = await withStorages();
        const engine = await makeEngine();
        await engine.addActor({ name: 'worker', run: async () => 'done' });
        const { id } = await engine.call('worker');
        const run = engine.client.run(id);
        const signature = signatureOf(await run.keyValueStore().getRecordPublicUrl('OUTPUT'));
        const url = `${BASE_URL}/v2/actor-runs/${id}/key-value-store/records/OUTPUT?signature=${signature}`;

        await engine.client.run(id).update({ generalAccess: 'RESTRICTED' });
        expect(await isOpenIn(engine, url)).toBe(true);
        expect(await isOpenIn(engine, url, 'HEAD')).toBe(true);
        expect(await isOpenIn(engine, url.replace(/\?.*/, ''))).toBe(false);
        expect(await isOpen(url)).toBe(false);
        expect(await client.run(id).get()).toBeUndefined();
    });

    it('stays valid when the engine is opened again, but not in another engine', async () => {
        const storageDir = await tempDir('greenroom-signed-');
        const first = await makeEngine({ storageDir });
        const { id } = await first.client.datasets().getOrCreate('data');
        const url = await first.client.dataset(id).createItemsPublicUrl();
        await first.close();

        const again = await makeEngine({ storageDir });
        const other = await makeEngine();
        await other.client.datasets().getOrCreate('data');

        expect(await isOpenIn(again, url)).toBe(true);
        const there = url.replace(id, 'data');
        expect(await isOpenIn(other, there)).toBe(false);
    });

    it('must expire in the future', async () => {
        const { client } = await withStorages();

        await expect(client.dataset('data').createItemsPublicUrl({ expiresInSecs: -1 })).rejects.toMatchObject({
            code: 'invalid-value',
        });
    });

    it('is accepted from an Actor of another user, on every way to the API', async () => {
        const engine = await makeEngine({ users: [{ username: 'alice' }, { username: 'bob', token: 'of-bob' }] });
        const { url } = await engine.listen();
        const bob = new ApifyClient({ baseUrl: url, token: 'of-bob' });
        const { id } = await bob.datasets().getOrCreate('data');
        await bob.dataset(id).pushItems([{ n: 1 }]);
        const signature = signatureOf(await bob.dataset(id).createItemsPublicUrl());
        await engine.addActor({ name: 'reader', source: READS_SIGNED });

        for (const isolation of ['thread', 'process'] as const) {
            const run = await engine.call('reader', { id, signature }, { isolation });
            expect(await run.output(), run.statusMessage).toEqual([[{ n: 1 }], [{ n: 1 }], 403]);
        }
    });
});
