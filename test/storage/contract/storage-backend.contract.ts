import { NO_COMPACTION, nothing } from '../../support/files/file-backend.js';
import { readEntries } from '../../support/files/journal.js';
import { describe, expect, it } from 'vitest';
import type { StorageBackend } from '../../../src/storage/backend.js';
import type { ItemLog } from '../../../src/storage/dataset/item-log.js';

/** A kind of backend to test. */
export interface BackendUnderTest {
    name: string;
    /** Creates an empty backend that is closed after the running test. */
    open: () => Promise<StorageBackend>;
    /** True if a reopened backend still has its data. */
    isPersistent: boolean;
    /**
     * Called between writing and reading. Returns a backend with the data of the given one, which must not be used any more. Returns
     * the same backend if it cannot be reopened.
     */
    reopen: (backend: StorageBackend) => Promise<StorageBackend>;
}

/** The contract of every backend. */
export function storageBackendContract({ name, isPersistent, open, reopen }: BackendUnderTest): void {
    describe(`metadata and data in the ${name} backend`, () => {
        it.runIf(isPersistent)('is loaded as it was last saved, separately for each kind', async () => {
            const backend = await open();
            const datasets = backend.openMetadata('dataset', (_, document) => document as object);
            datasets.set('a', { id: 'a', at: 1 });
            datasets.set('b', { id: 'b' });
            datasets.set('gone', { id: 'gone' });
            datasets.set('a', { id: 'a', at: 2 });
            datasets.delete('gone');
            backend.openMetadata('requestQueue', (_, document) => document as object).set('a', { id: 'queue' });

            const again = await reopen(backend);

            expect([...again.openMetadata('dataset', (_, document) => document as object).entries()]).toEqual([
                ['a', { id: 'a', at: 2 }],
                ['b', { id: 'b' }],
            ]);
            expect([...again.openMetadata('requestQueue', (_, document) => document as object).values()]).toEqual([
                { id: 'queue' },
            ]);
            expect([...again.openMetadata('keyValueStore', () => ({})).values()]).toEqual([]);
        });

        it.each(['', '..', 'a/b', 'a\\b', '/etc', 'a.b', 'x'.repeat(65), 'ä', 'a\0'])(
            'are refused for the id %j',
            async (id) => {
                const backend = await open();
                const refused = expect.objectContaining({ code: 'invalid-value' });

                expect(() => backend.openItems(id)).toThrow(refused);
                expect(() => backend.openRecords(id)).toThrow(refused);
                expect(() => backend.openJournal(id, NO_COMPACTION)).toThrow(refused);
                await expect(backend.remove('dataset', id, nothing)).rejects.toThrow(refused);
            },
        );
    });

    describe(`items in the ${name} backend`, () => {
        it('are empty at first', async () => {
            const log = await openItems(await open());

            expect([log.count, log.bytes, await log.read(0, 10)]).toEqual([0, 0, []]);
        });

        it('are read in the order of appending, from any start to any end', async () => {
            const backend = await open();
            const items = Array.from({ length: 1000 }, (_, i) => JSON.stringify({ i, text: 'ä'.repeat(i % 50) }));
            const log = await openItems(backend);
            for (let i = 0; i < 500; i++) log.append([items[i]!]);
            log.append(items.slice(500));

            const read = (await reopen(backend)).openItems('a');

            expect(read.count).toBe(1000);
            expect(read.bytes).toBe(Buffer.byteLength(items.join('')));
            expect(await read.read(0, 1000)).toEqual(items);
            for (const [start, end] of [
                [0, 1],
                [63, 65],
                [64, 128],
                [500, 501],
                [997, 2000],
                [999, 1000],
            ] as const) {
                expect(await read.read(start, end)).toEqual(items.slice(start, end));
            }
            expect(await read.read(1000, 1001)).toEqual([]);
            expect(await read.read(7, 7)).toEqual([]);
        });

        it('can be limited to a number of bytes from either end, with at least one item', async () => {
            const log = await openItems(await open());
            const items = Array.from({ length: 1000 }, (_, i) =>
                JSON.stringify('x'.repeat(i % 100 === 7 ? 200_000 : 100)),
            );
            log.append(items);

            for (const isBackwards of [false, true]) {
                for (let rest = { start: 3, end: 990 }; rest.start < rest.end;) {
                    const part = log.limitRange(rest, 50_000, isBackwards);
                    const bytes = (await log.read(part.start, part.end)).reduce((sum, item) => sum + item.length, 0);
                    expect(part).toMatchObject(isBackwards ? { end: rest.end } : { start: rest.start });
                    expect(part.end - part.start).toBeGreaterThan(0);
                    expect(bytes <= 50_000 || part.end - part.start === 1).toBe(true);
                    rest = isBackwards ? { ...rest, end: part.start } : { ...rest, start: part.end };
                }
            }
            expect(log.limitRange({ start: 5, end: 5 }, 50_000, false)).toEqual({ start: 5, end: 5 });
        });

        it('are appended after the existing ones', async () => {
            const backend = await open();
            (await openItems(backend)).append(['1', '2']);

            const again = await reopen(backend);
            again.openItems('a').append(['3']);

            expect(await again.openItems('a').read(0, 9)).toEqual(['1', '2', '3']);
            expect(await (await reopen(again)).openItems('a').read(1, 9)).toEqual(['2', '3']);
        });

        it('of many megabytes can be stored among small ones', async () => {
            const backend = await open();
            const big = JSON.stringify('ü'.repeat(3_000_000));
            const items = ['1', big, '2', big, '3', '4'];
            const log = await openItems(backend);
            log.append(items.slice(0, 3));
            for (const item of items.slice(3)) log.append([item]);

            const read = (await reopen(backend)).openItems('a');

            expect(read.bytes).toBe(2 * Buffer.byteLength(big) + 4);
            expect((await read.read(0, 6)).map((item) => item.length)).toEqual(items.map((item) => item.length));
            expect(await read.read(2, 3)).toEqual(['2']);
            expect(await read.read(3, 5)).toEqual([big, '3']);
        });

        it('keep every character, and half of a surrogate pair as U+FFFD', async () => {
            const backend = await open();
            const items = [JSON.stringify('\ud800'), '"😀\u2028\u0085\r"', '{"__proto__":1}', '"\ud800x"', ''];
            (await openItems(backend)).append(items);

            const read = (await reopen(backend)).openItems('a');

            expect(await read.read(0, 5)).toEqual([
                '"\\ud800"',
                '"😀\u2028\u0085\r"',
                '{"__proto__":1}',
                '"\ufffdx"',
                '',
            ]);
        });

        it('are appended all or none: a line break in one refuses the push', async () => {
            const log = await openItems(await open());

            expect(() => log.append(['1', '2\n3'])).toThrow(expect.objectContaining({ code: 'internal-error' }));

            expect([log.count, log.bytes]).toEqual([0, 0]);
        });

        it('can be appended while others are being read', async () => {
            const log = await openItems(await open());
            const items = Array.from({ length: 3000 }, (_, i) => JSON.stringify({ i, text: 'x'.repeat(1000) }));
            log.append(items);

            const reading = log.read(0, 3000);
            for (let i = 0; i < 200; i++) log.append([`${i}`]);

            expect(await reading).toEqual(items);
            expect(await log.read(3000, 3002)).toEqual(['0', '1']);
        });

        it('are gone when the dataset has been removed, and others are not', async () => {
            const backend = await open();
            (await openItems(backend, 'a')).append(['1']);
            (await openItems(backend, 'b')).append(['2']);

            await backend.remove('dataset', 'a', nothing);
            await backend.remove('dataset', 'never-there', nothing);

            const again = await reopen(backend);
            expect(again.openItems('a').count).toBe(0);
            expect(await again.openItems('b').read(0, 9)).toEqual(['2']);
        });
    });

    describe.runIf(isPersistent)(`a journal in the ${name} backend`, () => {
        it('returns its entries, oldest first, and appends after them', async () => {
            const backend = await open();
            const journal = backend.openJournal('q', NO_COMPACTION);
            expect(readEntries(journal)).toEqual([]);
            journal.append(['["ä"]']);
            journal.append(['2', '3']);

            const again = await reopen(backend);
            const second = again.openJournal('q', NO_COMPACTION);
            expect(readEntries(second)).toEqual(['["ä"]', '2', '3']);
            second.append(['4']);

            expect(readEntries((await reopen(again)).openJournal('q', NO_COMPACTION))).toEqual([
                '["ä"]',
                '2',
                '3',
                '4',
            ]);
        });

        it('is empty when the queue has been removed', async () => {
            const backend = await open();
            const journal = backend.openJournal('q', NO_COMPACTION);
            expect(readEntries(journal)).toEqual([]);
            journal.append(['1']);

            await backend.remove('requestQueue', 'q', nothing);

            expect(readEntries((await reopen(backend)).openJournal('q', NO_COMPACTION))).toEqual([]);
        });
    });

    describe(`a closed ${name} backend`, () => {
        it('refuses calls, and can be closed again', async () => {
            const backend = await open();
            await backend.close();
            await backend.close();
            const refused = expect.objectContaining({ code: 'engine-closed' });

            expect(() => backend.openItems('a')).toThrow(refused);
            expect(() => backend.openMetadata('dataset', () => ({}))).toThrow(refused);
        });
    });
}

async function openItems(backend: StorageBackend, id = 'a'): Promise<ItemLog> {
    return backend.openItems(id);
}
