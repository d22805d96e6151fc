import { describe, expect, it } from 'vitest';
import type { StorageBackend } from '../../../src/storage/backend.js';
import type { RecordMap } from '../../../src/storage/key-value-store/record-map.js';
import { readRecord } from '../../support/files/file-backend.js';
import { readAllBytes } from '../../support/storages.js';
import type { BackendUnderTest } from './storage-backend.contract.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** The contract of every backend for the records of key-value stores. */
export function storageRecordsContract({ name, open, reopen }: BackendUnderTest): void {
    describe(`records in the ${name} backend`, () => {
        it('are empty at first', async () => {
            const records = openRecords(await open());

            expect([...records.entries()]).toEqual([]);
            expect(records.meta('a')).toBeUndefined();
            expect(await readRecord(records, 'a')).toBeUndefined();
            await records.delete('a');
        });

        it('return their bytes and type', async () => {
            const backend = await open();
            const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
            await openRecords(backend).write('screenshot', 'image/png', bytes);

            const records = (await reopen(backend)).openRecords('s');

            expect(await readRecord(records, 'screenshot')).toEqual(bytes);
            expect(records.meta('screenshot')).toEqual({ key: 'screenshot', contentType: 'image/png', size: 256 });
        });

        it('are replaced as a whole', async () => {
            const backend = await open();
            const records = openRecords(backend);
            const steps = [10, 70_000, 3, 0, 700_000, 20, 600_000, 70_000, 5].map((size, i) => ({ size, i }));
            for (const { size, i } of steps) {
                const bytes = Buffer.alloc(size, i);
                await records.write('key', i % 3 === 0 ? JSON_TYPE : 'text/plain', bytes);

                expect(bytes.equals((await readRecord(records, 'key'))!)).toBe(true);
            }

            const again = (await reopen(backend)).openRecords('s');
            expect(await readRecord(again, 'key')).toEqual(Buffer.alloc(5, 8));
            expect([...again.entries()]).toEqual([{ key: 'key', contentType: 'text/plain', size: 5 }]);
        });

        it('are copied on the way in and out', async () => {
            const records = openRecords(await open());
            for (const size of [5, 20_000, 600_000]) {
                const input = Buffer.alloc(size, 1);
                const writing = records.write('key', 'text/plain', input);
                input.fill(2);
                await writing;

                (await readRecord(records, 'key'))!.fill(3);

                expect(Buffer.alloc(size, 1).equals((await readRecord(records, 'key'))!)).toBe(true);
            }
        });

        it('have their latest value if large and small writes overtake each other', async () => {
            const backend = await open();
            const records = openRecords(backend);

            await Promise.all([
                records.write('key', 'text/plain', Buffer.alloc(900_000, 1)),
                records.write('key', JSON_TYPE, Buffer.from('2')),
                records.delete('key'),
                records.write('key', 'text/plain', Buffer.alloc(600_000, 3)),
                records.write('other', JSON_TYPE, Buffer.from('4')),
                records.write('key', JSON_TYPE, Buffer.from('5')),
            ]);

            const again = (await reopen(backend)).openRecords('s');
            expect(String(await readRecord(again, 'key'))).toBe('5');
            expect(String(await readRecord(again, 'other'))).toBe('4');
            expect(Array.from(again.entries(), ({ key }) => key)).toEqual(['key', 'other']);
        });

        it('are read completely if they are replaced or deleted in the meantime', async () => {
            const records = openRecords(await open());
            const old = Buffer.alloc(2_000_000, 1);
            await records.write('key', 'text/plain', old);

            const reading = [readRecord(records, 'key'), readRecord(records, 'key')];
            await records.write('key', JSON_TYPE, Buffer.from('2'));
            await records.delete('key');

            expect((await Promise.all(reading)).map((bytes) => bytes?.equals(old))).toEqual([true, true]);
        });

        it.each([0, 5, 70_000, 3_000_000])('can be written and read in chunks, with %i bytes', async (size) => {
            const backend = await open();
            const bytes = Buffer.alloc(size, 'abcdefg');
            await openRecords(backend).write('key', JSON_TYPE, Buffer.from('old'));

            await backend.openRecords('s').writeStream({ key: 'key', contentType: 'text/plain' }, inChunks(bytes));

            const records = (await reopen(backend)).openRecords('s');
            const opened = (await records.open('key'))!;
            expect(opened).toMatchObject({ key: 'key', contentType: 'text/plain', size });
            expect((await readAllBytes(opened.content)).equals(bytes)).toBe(true);
            expect(records.meta('key')).toEqual({ key: 'key', contentType: 'text/plain', size });
            expect([...records.entries()]).toHaveLength(1);
            expect(await records.open('other')).toBeUndefined();
        });

        it('stay unchanged if the chunks stop, while other records are written', async () => {
            const records = openRecords(await open());
            await records.write('key', JSON_TYPE, Buffer.from('old'));
            const stopped = async function* (): AsyncGenerator<Uint8Array> {
                yield Buffer.alloc(1_000_000);
                await records.write('key', JSON_TYPE, Buffer.from('newer'));
                throw new Error('gone away');
            };

            await expect(records.writeStream({ key: 'key', contentType: 'text/plain' }, stopped())).rejects.toThrow(
                'gone away',
            );

            expect(String(await readRecord(records, 'key'))).toBe('newer');
            expect(records.meta('key')).toEqual({ key: 'key', contentType: JSON_TYPE, size: 5 });
        });

        it('that are open keep the bytes from when they were opened', async () => {
            const records = openRecords(await open());
            const old = Buffer.alloc(2_000_000, 1);
            await records.write('key', 'text/plain', old);

            const opened = [(await records.open('key'))!, (await records.open('key'))!];
            await records.write('key', 'text/plain', Buffer.alloc(2_000_000, 2));
            await records.write('key', JSON_TYPE, Buffer.from('2'));
            await records.delete('key');

            for (const { content } of opened) expect(old.equals(await readAllBytes(content))).toBe(true);
        });

        it('keep their compression until they are replaced', async () => {
            const backend = await open();
            const records = openRecords(backend);
            const large = inChunks(Buffer.alloc(900_000));
            await records.writeStream({ key: 'large', contentType: 'text/plain', contentEncoding: 'br' }, large);
            for (const encoding of ['gzip', 'br', 'deflate', undefined] as const) {
                await records.write('key', 'text/plain', Buffer.from('bytes'), encoding);

                expect(records.meta('key')?.contentEncoding).toBe(encoding);
            }
            await records.write('key', 'text/plain', Buffer.from('bytes'), 'deflate');

            const again = (await reopen(backend)).openRecords('s');
            expect([...again.entries()]).toEqual([
                { key: 'key', contentType: 'text/plain', contentEncoding: 'deflate', size: 5 },
                { key: 'large', contentType: 'text/plain', contentEncoding: 'br', size: 900_000 },
            ]);
            expect((await again.open('large'))?.contentEncoding).toBe('br');
            expect(String(await readRecord(again, 'key'))).toBe('bytes');
        });

        it('are gone once deleted, and can be created again', async () => {
            const backend = await open();
            const records = openRecords(backend);
            for (const key of ['a', 'b', 'c']) await records.write(key, JSON_TYPE, Buffer.from(`"${key}"`));

            await records.delete('a');
            await records.delete('b');
            await records.write('b', 'text/plain', Buffer.from('new'));

            expect(await readRecord(records, 'a')).toBeUndefined();
            const again = (await reopen(backend)).openRecords('s');
            expect(Array.from(again.entries(), ({ key, contentType }) => [key, contentType])).toEqual([
                ['b', 'text/plain'],
                ['c', JSON_TYPE],
            ]);
            expect(String(await readRecord(again, 'b'))).toBe('new');
        });

        it('are listed in binary order of their current keys', async () => {
            const records = openRecords(await open());
            const keys = (): string[] => Array.from(records.entries(), ({ key }) => key);
            for (const key of ['b', 'a', 'B', '10', '9', '_', "'"])
                await records.write(key, JSON_TYPE, Buffer.from('1'));
            expect(keys()).toEqual(["'", '10', '9', 'B', '_', 'a', 'b']);

            await records.write('A', JSON_TYPE, Buffer.from('1'));
            await records.delete('9');
            await records.delete('b');
            await records.write('b', 'text/plain', Buffer.from('12'));

            expect(keys()).toEqual(["'", '10', 'A', 'B', '_', 'a', 'b']);
            expect([...records.entries()].at(-1)).toEqual({ key: 'b', contentType: 'text/plain', size: 2 });
            expect(records.bytes).toBe(8);
        });

        it('are listed from a key on', async () => {
            const records = openRecords(await open());
            const keys = (after?: string, from?: string): string[] =>
                Array.from(records.entries(after, from), ({ key }) => key);
            expect(keys()).toEqual([]);
            for (let i = 0; i < 60; i++) await records.write(`k${i}`, JSON_TYPE, Buffer.from('1'));
            for (let i = 0; i < 60; i += 2) await records.delete(`k${i}`);

            expect(keys('k55')).toEqual(['k57', 'k59', 'k7', 'k9']);
            expect(keys('', 'k8')).toEqual(['k9']);
            expect(keys('k9', 'k1')).toEqual([]);
            expect(keys()).toHaveLength(30);
        });

        it('can have the names of object members, devices and folders', async () => {
            const backend = await open();
            const records = openRecords(backend);
            const long = 'k'.repeat(256);
            const keys = [
                '__proto__',
                'constructor',
                'CON',
                'con',
                'nul.json',
                '.',
                '..',
                '...',
                '.x',
                long,
                `${long}2`,
            ];
            for (const key of keys) await records.write(key, JSON_TYPE, Buffer.from(JSON.stringify(key)));

            const again = (await reopen(backend)).openRecords('s');

            for (const key of keys) expect(String(await readRecord(again, key))).toBe(JSON.stringify(key));
            expect([...again.entries()]).toHaveLength(keys.length);
        });

        it('are all present with their latest value after many writes', async () => {
            const backend = await open();
            const records = openRecords(backend);
            for (let round = 0; round < 8; round++) {
                for (let i = 0; i < 60; i++) {
                    if ((i + round) % 7 === 0) await records.delete(`k${i}`);
                    else await records.write(`k${i}`, JSON_TYPE, Buffer.from('x'.repeat((i * (round + 1)) % 900)));
                }
            }

            const again = (await reopen(backend)).openRecords('s');

            for (let i = 0; i < 60; i++) {
                const expected = i % 7 === 0 ? undefined : (i * 8) % 900;
                expect((await readRecord(again, `k${i}`))?.length).toBe(expected);
                expect(again.meta(`k${i}`)?.size).toBe(expected);
            }
        });

        it('are gone when the store has been removed', async () => {
            const backend = await open();
            await openRecords(backend).write('key', JSON_TYPE, Buffer.from('1'));

            await backend.remove('keyValueStore', 's', () => {});

            expect([...(await reopen(backend)).openRecords('s').entries()]).toEqual([]);
        });
    });
}

function openRecords(backend: StorageBackend): RecordMap {
    return backend.openRecords('s');
}

async function* inChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += 100_000) yield bytes.subarray(start, start + 100_000);
}
