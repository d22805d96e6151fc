import { describe, expect, it } from 'vitest';
import type { StorageBackend } from '../../../src/storage/backend.js';
import type { DownloadOptions } from '../../../src/model/api/storage.js';
import { readContent, catchError, createStorages, type StorageSetup } from '../../support/storages.js';

const LIMIT = 9_437_184;

/** The contract of datasets, for each backend. */
export function describeDatasets(setup: StorageSetup): void {
    describe('a dataset', () => {
        it('keeps pushed items in order, in any form', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();

            dataset.push({ a: 1 });
            dataset.push([{ a: 2 }, { a: 3 }]);
            dataset.push('{"a":4}');
            dataset.push('  [{"a": 5}, {"a": 6}]');
            dataset.push(['{"a":7}', '[{"a":8}]']);
            dataset.push('{\n  "a": 9,\n  "text": "two\\nlines"\n}');
            dataset.pushTrusted(['{"a":10}', '{"a":11}']);
            dataset.push([]);

            const { items, total } = await dataset.list();
            expect(items.map(({ a }) => a)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
            expect(items[8]).toEqual({ a: 9, text: 'two\nlines' });
            expect(total).toBe(11);
        });

        it.each([
            ['a text that is not JSON', 'nope'],
            ['JSON of a number', '1'],
            ['JSON with an array in an array', '[[1]]'],
            ['null', null],
            ['a number', 5],
            ['a function', () => 1],
            ['undefined', undefined],
            ['an array with a number', [{ a: 1 }, 2]],
            ['an array with null', [{ a: 1 }, null]],
            ['an array in an array', [{ a: 1 }, [{ b: 1 }]]],
            ['a date', new Date(0)],
            ['a BigInt inside', { big: 1n }],
            ['an object whose toJSON returns nothing', { toJSON: () => undefined }],
            ['an object whose toJSON throws', { toJSON: () => Number('x').toFixed(-1) }],
        ])('refuses %s and stores nothing', async (_, bad) => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();

            const error = await catchError(() => dataset.push(bad as never));

            expect(error).toMatchObject({ code: 'invalid-value', message: expect.stringContaining('`items') });
            expect(dataset.info().itemCount).toBe(0);
        });

        it('refuses an item that contains itself', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            const circle: Record<string, unknown> = {};
            circle['self'] = circle;

            expect(await catchError(() => dataset.push([{ a: 1 }, circle]))).toMatchObject({
                code: 'invalid-value',
                message: expect.stringMatching(/`items\[1\]` cannot be written as JSON: .*circular/),
            });
            expect(dataset.info().itemCount).toBe(0);
        });

        it('accepts a push at the size limit and refuses one byte more, all or nothing', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            const itemOf = (bytes: number): { t: string } => ({ t: 'x'.repeat(bytes - 8) });
            const tooLarge = expect.objectContaining({ code: 'request-too-large' });

            dataset.push(itemOf(LIMIT));
            expect(() => dataset.push(itemOf(LIMIT + 1))).toThrow(tooLarge);
            expect(() => dataset.push([{ a: 1 }, itemOf(LIMIT)])).toThrow(tooLarge);
            expect(() => dataset.push({ t: 'ä'.repeat(LIMIT / 2) })).toThrow(tooLarge);
            expect(() => dataset.pushTrusted([JSON.stringify(itemOf(LIMIT + 1))])).toThrow(tooLarge);

            expect(dataset.info()).toMatchObject({ itemCount: 1, stats: { storageBytes: LIMIT } });
        });

        it('copies items on the way in and out', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            const item = { list: [1] };

            dataset.push(item);
            item.list.push(2);
            const first = await dataset.list();
            (first.items[0] as typeof item).list.push(3);

            expect((await dataset.list()).items).toEqual([{ list: [1] }]);
        });

        it('returns pages, forwards and backwards', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            dataset.push(Array.from({ length: 10 }, (_, n) => ({ n })));
            const page = async (options: object): Promise<unknown[]> =>
                (await dataset.list(options)).items.map(({ n }) => n);

            expect(await page({ offset: 2, limit: 3 })).toEqual([2, 3, 4]);
            expect(await page({ offset: 8, limit: 5 })).toEqual([8, 9]);
            expect(await page({ offset: 20 })).toEqual([]);
            expect(await page({ desc: true, limit: 3 })).toEqual([9, 8, 7]);
            expect(await page({ desc: true, offset: 8 })).toEqual([1, 0]);
            expect(await page({ limit: 0 })).toHaveLength(10);
            expect(await dataset.list({ offset: 2, limit: 3, desc: true })).toMatchObject({
                total: 10,
                offset: 2,
                limit: 3,
                count: 3,
                desc: true,
            });
            expect((await dataset.list()).limit).toBe(999_999_999_999);
        });

        it('counts pages by stored items, before unwind', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            dataset.push([{ v: [{ x: 1 }, { x: 2 }] }, { v: [{ x: 3 }] }]);

            const { items, count, total } = await dataset.list({ unwind: 'v', limit: 1, desc: false });

            expect(items).toEqual([{ x: 1 }, { x: 2 }]);
            expect({ count, total }).toEqual({ count: 2, total: 2 });
        });

        it.each([
            { offset: -1 },
            { limit: 1.5 },
            { limit: '10' },
            { desc: 1 },
            { fields: 'a' },
            { fields: [1] },
            { omit: [''] },
            { unwind: 5 },
            { outputFields: ['a'] },
            { fields: ['a', 'b'], outputFields: ['a'] },
            { field: ['a'] },
            { view: 5 },
        ])('refuses to list with %j', async (options) => {
            const { datasets } = await createStorages(setup);

            const error = await catchError(() => datasets.create().list(options as never));

            expect(error).toMatchObject({ name: 'EngineError', message: expect.stringContaining('options') });
        });

        it('projects items by a view of its schema, whose options the caller can override', async () => {
            const storages = await createStorages(setup);
            const views = {
                overview: { title: 'Overview', transformation: { fields: ['b', 'a'], unwind: ['list'] }, display: {} },
                newest: { transformation: { desc: true, limit: 1 } },
            };
            const dataset = storages.datasets.create({ schema: { actorSpecification: 1, views } });
            dataset.push([
                { a: 1, list: [{ b: 2 }, { b: 3 }] },
                { a: 4, b: 5, c: 6 },
            ]);

            const lists = await Promise.all([
                dataset.list({ view: 'overview' }),
                dataset.list({ view: 'overview', fields: ['b'], offset: 1 }),
                dataset.list({ view: 'newest' }),
            ]);

            expect(lists.map(({ items }) => items)).toEqual([
                [
                    { b: 2, a: 1 },
                    { b: 3, a: 1 },
                    { b: 5, a: 4 },
                ],
                [{ b: 5 }],
                [{ a: 4, b: 5, c: 6 }],
            ]);
            await expect((async () => dataset.list({ view: 'overvew' }))()).rejects.toMatchObject({
                code: 'invalid-value',
                message: expect.stringContaining('Did you mean `overview`?'),
            });
        });

        it('reports the fields of its first and latest items, and of the first one only if it is large', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            for (let n = 1; n <= 1024; n++)
                dataset.push({ [n <= 60 ? `early${n % 2}` : `late${Math.ceil(n / 512)}`]: 1 });
            expect(dataset.info().fields).toEqual(['early1', 'early0', 'late1', 'late2']);
            dataset.push({ latest: 1 });
            expect(dataset.info().fields).toContain('latest');

            const large = datasets.create();
            large.push([{ first: 'x'.repeat(1_000_000) }, { second: 'x'.repeat(1_000_000) }]);
            expect(large.info().fields).toEqual(['first']);
        });

        it('counts items, bytes, reads and writes, and reports its fields', async () => {
            const storages = await createStorages(setup);
            const dataset = storages.datasets.create();
            await storages.clock.advance('5s');

            dataset.push([{ a: 1, b: 2 }, { c: 'ä' }]);
            await dataset.list({ limit: 1 });

            expect(dataset.info()).toMatchObject({
                itemCount: 2,
                cleanItemCount: 2,
                fields: ['a', 'b', 'c'],
                stats: { writeCount: 2, readCount: 1, storageBytes: 23 },
                modifiedAt: new Date('2030-01-01T00:00:05.000Z'),
                itemsPublicUrl: `http://localhost/v2/datasets/${dataset.id}/items`,
            });
        });

        it('downloads more items than one batch holds', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            dataset.push(Array.from({ length: 1001 }, (_, n) => ({ n })));

            const json = JSON.parse(
                String(await readContent(dataset.download('json', { desc: true, offset: 1 }))),
            ) as unknown[];
            const csv = String(await readContent(dataset.download('csv', { bom: false, limit: 3 })));

            expect(json).toHaveLength(1000);
            expect(json[0]).toEqual({ n: 999 });
            expect(csv).toBe('n\r\n0\r\n1\r\n2\r\n');
        });

        it('is downloaded completely and in order, forwards and backwards, if it is large', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            const items = Array.from({ length: 3000 }, (_, n) => ({ n, text: 'x'.repeat(n % 7 === 0 ? 3000 : 20) }));
            dataset.push([...items, { n: 3000, text: 'y'.repeat(900_000) }, { n: 3001 }]);

            const numbers = async (options: DownloadOptions): Promise<unknown[]> => {
                const text = String(await readContent(dataset.download('jsonl', options)));
                return text
                    .trimEnd()
                    .split('\n')
                    .map((line) => (JSON.parse(line) as { n: number }).n);
            };
            const all = Array.from({ length: 3002 }, (_, n) => n);

            expect(await numbers({})).toEqual(all);
            expect(await numbers({ desc: true })).toEqual(all.toReversed());
            expect(await numbers({ offset: 1, limit: 2999 })).toEqual(all.slice(1, 3000));
            expect(await numbers({ offset: 1, limit: 2999, desc: true })).toEqual(all.toReversed().slice(1, 3000));
        });

        it.each(['json', 'jsonl', 'xml', 'rss', 'csv', 'html', 'xlsx'] as const)(
            'is read on demand when it is downloaded as %s',
            async (format) => {
                const { datasets, backend } = await createStorages(setup);
                const dataset = datasets.create();
                const log = trackReads(backend, dataset.id);
                const text = 'x'.repeat(1000);
                dataset.push(Array.from({ length: 5000 }, (_, n) => ({ n, text })));

                const { content, count } = await dataset.download(format);
                const atOpening = log.largest;
                const chunks = (content as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
                const before = log.read;
                for (let index = 0; index < 3; index++) await chunks.next();
                const taken = log.read - before;
                await chunks.return?.();
                const rest = await chunks.next();

                expect(count).toBe(5000);
                expect(atOpening).toBeLessThan(600);
                expect(taken).toBeLessThan(1200);
                expect(rest.done).toBe(true);
                expect(log.read - before).toBe(taken);
            },
        );

        it('reports the number of items of a download, even if it is not known beforehand', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            dataset.push(
                Array.from({ length: 4000 }, (_, n) => (n % 2 === 0 ? {} : { list: [n, n], t: 'x'.repeat(500) })),
            );
            const page = async (options: DownloadOptions): Promise<unknown[]> => {
                const { total, offset, limit, count, desc } = await dataset.download('json', options);
                return [total, offset, limit, count, desc];
            };

            expect(await page({})).toEqual([4000, 0, 999_999_999_999, 4000, false]);
            expect(await page({ clean: true, offset: 10, desc: true })).toEqual([
                4000,
                10,
                999_999_999_999,
                1995,
                true,
            ]);
            expect(await page({ unwind: ['list'], limit: 3000 })).toEqual([4000, 0, 3000, 4500, false]);
            expect(await page({ offset: 5000 })).toEqual([4000, 5000, 999_999_999_999, 0, false]);
        });

        it('counts a download as one read, also as a table', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();
            dataset.push(Array.from({ length: 2000 }, (_, n) => ({ n, text: 'x'.repeat(500) })));

            await readContent(dataset.download('csv'));
            await readContent(dataset.download('json', { limit: 10, clean: true }));

            expect(dataset.info().stats.readCount).toBe(2010);
        });

        it('refuses a bad download immediately', async () => {
            const { datasets } = await createStorages(setup);
            const dataset = datasets.create();

            await expect(dataset.download('pdf' as never)).rejects.toThrow(/`format` is 'pdf'/);
            await expect(dataset.download('csv', { delimeter: ';' } as never)).rejects.toThrow(
                /Did you mean `delimiter`/,
            );
            await expect(dataset.download('csv', { delimiter: '"' })).rejects.toThrow(/delimiter/);
            await expect(dataset.download('xml', { xmlRoot: '<x>' })).rejects.toThrow(/xmlRoot/);
        });

        it.runIf(setup.isPersistent)('is the same after a proper close and after a crash', async () => {
            const storages = await createStorages(setup);
            const { id } = storages.datasets.create();
            const dataset = () => storages.datasets.find(id)!;

            dataset().push([{ a: 1 }, { b: 'ü' }]);
            await storages.reopen();
            expect(dataset().info()).toMatchObject({ itemCount: 2, fields: ['a', 'b'], stats: { writeCount: 2 } });
            dataset().push({ c: 3 });
            await storages.reopenAfterCrash();

            expect((await dataset().list()).items).toEqual([{ a: 1 }, { b: 'ü' }, { c: 3 }]);
            expect(dataset().info()).toMatchObject({ itemCount: 3, fields: ['a', 'b', 'c'] });
        });
    });
}

/** Tracks the number of items that are read from a dataset: in total, and the largest number in one call. */
function trackReads(backend: StorageBackend, datasetId: string): { read: number; largest: number } {
    const counted = { read: 0, largest: 0 };
    const log = backend.openItems(datasetId);
    const read = log.read.bind(log);
    log.read = async (start, end) => {
        counted.read += end - start;
        counted.largest = Math.max(counted.largest, end - start);
        return read(start, end);
    };
    return counted;
}
