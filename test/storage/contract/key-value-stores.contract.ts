import { describe, expect, it } from 'vitest';
import { catchError, createStorages, type StorageSetup } from '../../support/storages.js';

/** The contract of key-value stores, for each backend. */
export function describeKeyValueStores(setup: StorageSetup): void {
    describe('a key-value store', () => {
        it('keeps the bytes and the type of a record', async () => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create();
            const bytes = Buffer.from([0, 255, 10, 13]);

            await store.set('a', bytes, 'application/octet-stream');
            await store.set('empty', new Uint8Array(), 'text/plain; charset=utf-8');

            expect(await store.get('a')).toEqual({ key: 'a', contentType: 'application/octet-stream', bytes });
            expect(await store.get('empty')).toMatchObject({ bytes: Buffer.alloc(0) });
            expect(await store.get('missing')).toBeUndefined();
            expect([store.has('a'), store.has('missing')]).toEqual([true, false]);
        });

        it('replaces and deletes records', async () => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create();

            await store.set('a', Buffer.from('1'), 'text/plain');
            await store.set('a', Buffer.from('{}'), 'application/json');
            expect(await store.get('a')).toMatchObject({ contentType: 'application/json', bytes: Buffer.from('{}') });

            await store.delete('a');
            await store.delete('a');
            expect(await store.get('a')).toBeUndefined();
            expect(store.listKeys().items).toEqual([]);
        });

        it('deletes a record that is still being written', async () => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create();
            const large = Buffer.alloc(600 * 1024, 'x');

            const writes = [store.set('a', large, 'text/plain'), store.delete('a')];
            const others = [store.set('b', large, 'text/plain'), store.delete('b'), store.set('b', large, 'image/png')];
            await Promise.all([...writes, ...others]);

            expect(await store.get('a')).toBeUndefined();
            expect((await store.get('b'))?.contentType).toBe('image/png');
        });

        it('copies records on the way in and out', async () => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create();
            const bytes = Buffer.from('abc');

            await store.set('a', bytes, 'text/plain');
            bytes[0] = 0;
            const record = await store.get('a');
            record!.bytes[1] = 0;

            expect(String((await store.get('a'))?.bytes)).toBe('abc');
        });

        it('accepts every key that the platform accepts', async () => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create();
            const keys = ['.', '..', '...', 'CON', 'INPUT', 'input', "!-_.'()", 'a.json', 'x'.repeat(256), '__proto__'];

            for (const key of keys) await store.set(key, Buffer.from(key), 'text/plain');

            for (const key of keys) expect(String((await store.get(key))?.bytes)).toBe(key);
            expect(store.listKeys().items.map(({ key }) => key)).toEqual(keys.toSorted());
        });

        it.each(['', 'a/b', '../a', 'a b', 'ä', 'a\\b', 'a\0', 'x'.repeat(257), 5, undefined])(
            'refuses to write and does not find the key %j',
            async (key) => {
                const { keyValueStores } = await createStorages(setup);
                const store = keyValueStores.create();
                const refused = { code: 'invalid-record-key', message: expect.stringContaining('must be 1 to 256') };

                expect(await catchError(() => store.set(key as never, Buffer.from(''), 'text/plain'))).toMatchObject(
                    refused,
                );
                expect(await catchError(() => store.delete(key as never))).toMatchObject(refused);
                expect(await store.get(key as never)).toBeUndefined();
                expect(await store.open(key as never)).toBeUndefined();
                expect(store.has(key as never)).toBe(false);
            },
        );

        it('refuses a value that is not bytes, and an invalid type', async () => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create();

            expect(await catchError(() => store.set('a', 'text' as never, 'text/plain'))).toMatchObject({
                code: 'invalid-value',
            });
            expect(await catchError(() => store.set('a', Buffer.from(''), ''))).toMatchObject({
                code: 'invalid-value',
            });
            expect(await catchError(() => store.set('a', Buffer.from(''), 'a\r\nb: c'))).toMatchObject({
                code: 'invalid-value',
            });
            expect(store.has('a')).toBe(false);
        });

        it('lists keys in binary order, by prefix and page by page', async () => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create();
            for (const key of ['b2', 'a', 'b1', 'B', 'b3', 'c']) await store.set(key, Buffer.from(key), 'text/plain');

            const all = store.listKeys();
            const first = store.listKeys({ prefix: 'b', limit: 2 });
            const second = store.listKeys({ prefix: 'b', limit: 2, exclusiveStartKey: first.nextExclusiveStartKey! });

            expect(all.items.map(({ key }) => key)).toEqual(['B', 'a', 'b1', 'b2', 'b3', 'c']);
            expect(all).toMatchObject({
                count: 6,
                limit: 1000,
                exclusiveStartKey: null,
                isTruncated: false,
                nextExclusiveStartKey: null,
            });
            expect(first).toMatchObject({ count: 2, limit: 2, isTruncated: true, nextExclusiveStartKey: 'b2' });
            expect(first.items[0]).toEqual({
                key: 'b1',
                size: 2,
                recordPublicUrl: `http://localhost/v2/key-value-stores/${store.id}/records/b1`,
            });
            expect(second).toMatchObject({
                count: 1,
                exclusiveStartKey: 'b2',
                isTruncated: false,
                nextExclusiveStartKey: null,
            });
            expect(store.listKeys({ exclusiveStartKey: 'zzz' }).items).toEqual([]);
            expect(store.listKeys({ prefix: 'nothing' }).items).toEqual([]);
            expect(store.listKeys({ limit: 5000 }).limit).toBe(1000);
        });

        it.each([{ limit: -1 }, { limit: 1.5 }, { prefix: 5 }, { collection: 5 }, { start: 'a' }])(
            'refuses to list keys with %j',
            async (options) => {
                const { keyValueStores } = await createStorages(setup);

                expect(() => keyValueStores.create().listKeys(options as never)).toThrow(/options/);
            },
        );

        it('counts bytes and operations', async () => {
            const { keyValueStores } = await createStorages(setup);
            const store = keyValueStores.create();

            await store.set('a', Buffer.from('123'), 'text/plain');
            await store.set('b', Buffer.from('45'), 'text/plain');
            await store.get('a');
            await store.delete('b');
            store.listKeys();

            expect(store.info()).toMatchObject({
                stats: { writeCount: 2, readCount: 1, deleteCount: 1, listCount: 1, storageBytes: 3 },
                keysPublicUrl: `http://localhost/v2/key-value-stores/${store.id}/keys`,
            });
        });

        it.runIf(setup.isPersistent)('is the same after a proper close and after a crash', async () => {
            const storages = await createStorages(setup);
            const schema = { collections: { pictures: { keyPrefix: 'b' } } };
            const { id } = storages.keyValueStores.create({ schema });
            const store = () => storages.keyValueStores.find(id)!;

            await store().set('a', Buffer.from('1'), 'application/json; charset=utf-8');
            await storages.reopen();
            await store().set('b', Buffer.from([1, 2]), 'image/png');
            await storages.reopenAfterCrash();

            expect(await store().get('a')).toMatchObject({ contentType: 'application/json; charset=utf-8' });
            expect(await store().get('b')).toMatchObject({ bytes: Buffer.from([1, 2]), contentType: 'image/png' });
            expect(store().listKeys().count).toBe(2);
            expect(store().listKeys({ collection: 'pictures' }).items).toMatchObject([{ key: 'b' }]);
        });
    });
}
