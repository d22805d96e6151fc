import { NO_COMPACTION } from '../../support/files/file-backend.js';
import { readEntries } from '../../support/files/journal.js';
import { describe, expect, it } from 'vitest';
import { requestId } from '../../../src/storage/request-queue/validate-request.js';
import type { RequestQueue } from '../../../src/storage/request-queue/request-queue.js';
import { catchError, createStorages, type StorageSetup } from '../../support/storages.js';
import { describeQueueLocks } from './request-queue-locks.contract.js';
import { describeQueueModel } from './request-queue-model.contract.js';

/** The contract of request queues, for each backend. */
export function describeRequestQueues(setup: StorageSetup): void {
    const makeQueue = async (): Promise<RequestQueue> => (await createStorages(setup)).requestQueues.create();
    const headOf = async (queue: RequestQueue): Promise<string[]> => (await queue.head()).items.map(({ url }) => url);

    describe('a request queue', () => {
        it('adds a request once by its uniqueKey, under the id of the platform', async () => {
            const queue = await makeQueue();

            const first = await queue.add({ url: 'https://example.com', uniqueKey: 'key', userData: { label: 'A' } });
            const second = await queue.add({ url: 'https://example.org', uniqueKey: 'key' }, { forefront: true });

            expect(first).toEqual({ requestId: 'LHDhK3oGRvkiefQ', wasAlreadyPresent: false, wasAlreadyHandled: false });
            expect(second).toEqual({ ...first, wasAlreadyPresent: true });
            expect(await queue.get(first.requestId)).toEqual({
                id: first.requestId,
                url: 'https://example.com',
                uniqueKey: 'key',
                userData: { label: 'A' },
            });
            expect(await queue.get('missing')).toBeUndefined();
        });

        it('uses the URL for a missing uniqueKey', async () => {
            const queue = await makeQueue();

            const added = await queue.add({ url: 'https://example.com' });

            expect(await queue.get(added.requestId)).toMatchObject({ uniqueKey: 'https://example.com' });
        });

        it('keeps its order, with the forefront first', async () => {
            const queue = await makeQueue();

            await queue.add({ url: 'b1' });
            await queue.add({ url: 'b2' });
            await queue.add({ url: 'f1' }, { forefront: true });
            await queue.addBatch([{ url: 'f2' }, { url: 'f3' }], { forefront: true });
            await queue.addBatch([{ url: 'b3' }, { url: 'b1' }]);

            expect(await headOf(queue)).toEqual(['f3', 'f2', 'f1', 'b1', 'b2', 'b3']);
            expect((await queue.head(2)).items).toHaveLength(2);
            expect((await queue.head(1)).items).toEqual([
                { id: expect.any(String), url: 'f3', uniqueKey: 'f3', method: 'GET', retryCount: 0 },
            ]);
        });

        it('reports the result of each request of a batch', async () => {
            const queue = await makeQueue();
            await queue.add({ url: 'a' });

            const { processedRequests, unprocessedRequests } = await queue.addBatch([
                { url: 'a' },
                { url: 'b' },
                { url: 'b' },
            ]);

            expect(processedRequests.map(({ uniqueKey, wasAlreadyPresent }) => [uniqueKey, wasAlreadyPresent])).toEqual(
                [
                    ['a', true],
                    ['b', false],
                    ['b', true],
                ],
            );
            expect(unprocessedRequests).toEqual([]);
        });

        it('has the right counts after every operation', async () => {
            const queue = await makeQueue();
            const counts = (): number[] => {
                const { totalRequestCount, handledRequestCount, pendingRequestCount } = queue.info();
                return [totalRequestCount, handledRequestCount, pendingRequestCount];
            };

            const { requestId: id } = await queue.add({ url: 'a' });
            await queue.addBatch([{ url: 'b' }, { url: 'c', handledAt: '2030-01-01T00:00:00.000Z' }]);
            expect(counts()).toEqual([3, 1, 2]);
            await queue.updateRequest({ id, url: 'a', uniqueKey: 'a', handledAt: '2030-01-01T00:00:00.000Z' });
            expect(counts()).toEqual([3, 2, 1]);
            await queue.updateRequest({ id, url: 'a', uniqueKey: 'a', handledAt: null });
            expect(counts()).toEqual([3, 1, 2]);
            await queue.delete(id);
            await queue.delete(id);
            expect(counts()).toEqual([2, 1, 1]);
            await queue.deleteBatch([{ uniqueKey: 'c' }, { uniqueKey: 'b' }]);
            expect(counts()).toEqual([0, 0, 0]);
            expect(queue.info().stats.storageBytes).toBe(0);
        });

        it('removes a handled request from the head, and puts a reclaimed one back', async () => {
            const queue = await makeQueue();
            await queue.addBatch([{ url: 'a' }, { url: 'b' }, { url: 'c' }]);
            const [a] = (await queue.head()).items;
            const request = { id: a!.id, url: 'a', uniqueKey: 'a' };

            const handled = await queue.updateRequest({ ...request, handledAt: '2030-01-01T00:00:00.000Z' });
            expect(handled).toEqual({ requestId: a!.id, wasAlreadyPresent: true, wasAlreadyHandled: false });
            expect(await headOf(queue)).toEqual(['b', 'c']);
            expect(await queue.add({ url: 'a' })).toMatchObject({ wasAlreadyPresent: true, wasAlreadyHandled: true });

            expect(await queue.updateRequest(request)).toMatchObject({ wasAlreadyHandled: true });
            expect(await headOf(queue)).toEqual(['b', 'c', 'a']);
            await queue.updateRequest({ ...request, retryCount: 1 }, { forefront: true });
            expect(await headOf(queue)).toEqual(['a', 'b', 'c']);
            expect((await queue.head()).items[0]).toMatchObject({ retryCount: 1 });
        });

        it('adds a request that is updated but missing', async () => {
            const queue = await makeQueue();

            const id = requestId('a');
            const result = await queue.updateRequest({ id, url: 'a', uniqueKey: 'a', retryCount: 3 });

            expect(result).toEqual({ requestId: id, wasAlreadyPresent: false, wasAlreadyHandled: false });
            expect(await queue.get(id)).toMatchObject({ url: 'a', retryCount: 3 });
        });

        it('deletes a batch by id or uniqueKey and reports what existed', async () => {
            const queue = await makeQueue();
            const { requestId } = await queue.add({ url: 'a' });
            await queue.add({ url: 'b', uniqueKey: 'kb' });

            const { processedRequests } = await queue.deleteBatch([
                { id: requestId },
                { uniqueKey: 'kb' },
                { id: 'none' },
            ]);

            expect(processedRequests).toMatchObject([
                { requestId, uniqueKey: 'a', wasAlreadyPresent: true },
                { uniqueKey: 'kb', wasAlreadyPresent: true },
                { requestId: 'none', wasAlreadyPresent: false },
            ]);
            expect(await headOf(queue)).toEqual([]);
        });

        it.each([
            ['no object', 5, 'invalid-request'],
            ['no url', {}, 'invalid-request'],
            ['an empty url', { url: '' }, 'invalid-request'],
            ['a bad uniqueKey', { url: 'a', uniqueKey: 5 }, 'invalid-request'],
            ['a bad method', { url: 'a', method: 'FETCH' }, 'invalid-request'],
            ['a bad retryCount', { url: 'a', retryCount: -1 }, 'invalid-request'],
            ['a bad handledAt', { url: 'a', handledAt: 'yesterday-ish' }, 'invalid-request'],
            ['a BigInt in userData', { url: 'a', userData: { n: 1n } }, 'invalid-request'],
            ['an id of another uniqueKey', { url: 'a', id: 'abc' }, 'request-id-invalid'],
            ['more bytes than are allowed', { url: 'a', payload: 'x'.repeat(9_437_184) }, 'request-too-large'],
        ])('refuses a request with %s, alone and in a batch, and adds nothing', async (_, bad, code) => {
            const queue = await makeQueue();

            expect(await catchError(() => queue.add(bad as never))).toMatchObject({ code });
            expect(await catchError(() => queue.addBatch([{ url: 'ok' }, bad as never]))).toMatchObject({ code });
            expect(await catchError(() => queue.updateRequest(bad as never))).toMatchObject({ code });
            expect(queue.info().totalRequestCount).toBe(0);
        });

        it('refuses batches of more than 25, heads of more than 1000 and unknown options', async () => {
            const queue = await makeQueue();
            const many = Array.from({ length: 26 }, (_, n) => ({ url: `u${n}` }));

            expect(await catchError(() => queue.addBatch(many))).toMatchObject({ code: 'invalid-value' });
            expect(
                await catchError(() => queue.deleteBatch(many.map(({ url }) => ({ uniqueKey: url })))),
            ).toMatchObject({
                code: 'invalid-value',
            });
            expect(await catchError(() => queue.head(1001))).toMatchObject({ code: 'invalid-value' });
            expect(await catchError(() => queue.add({ url: 'a' }, { foreFront: true } as never))).toMatchObject({
                code: 'unknown-option',
            });
            expect(await catchError(() => queue.add({ url: 'a' }, {}, 'x'.repeat(33)))).toMatchObject({
                code: 'invalid-value',
            });
        });

        it('copies requests on the way in and out', async () => {
            const queue = await makeQueue();
            const request = { url: 'a', userData: { list: [1] } };

            const { requestId } = await queue.add(request);
            request.userData.list.push(2);
            const read = await queue.get(requestId);
            (read!.userData as typeof request.userData).list.push(3);

            expect(await queue.get(requestId)).toMatchObject({ userData: { list: [1] } });
        });

        it('handles unusual keys as data', async () => {
            const queue = await makeQueue();
            const userData = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as Record<string, unknown>;

            const { requestId } = await queue.add({ url: 'a', uniqueKey: '__proto__', userData });
            const read = await queue.get(requestId);

            expect(Object.keys(read!.userData!)).toEqual(['__proto__', 'constructor']);
            expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
        });

        it('lists all requests in the order of their arrival, page by page', async () => {
            const queue = await makeQueue();
            await queue.addBatch([{ url: 'a' }, { url: 'b' }, { url: 'c' }, { url: 'd' }], { forefront: true });
            await queue.updateRequest({ ...(await queue.head()).items[0]!, handledAt: '2030-01-01T00:00:00.000Z' });

            const first = await queue.list({ limit: 2 });
            await queue.deleteBatch([{ uniqueKey: 'b' }]);
            const second = await queue.list({ limit: 2, cursor: first.nextCursor });

            expect(first.items.map(({ url }) => url)).toEqual(['a', 'b']);
            expect(second.items.map(({ url }) => url)).toEqual(['c', 'd']);
            expect(second.nextCursor).toBeUndefined();
            expect(second.cursor).toBe(first.nextCursor);
            const after = await queue.list({ exclusiveStartId: first.items[0]!.id });
            expect(after.items.map(({ url }) => url)).toEqual(['c', 'd']);
            expect((await queue.list({ limit: 99_999 })).limit).toBe(10_000);
        });

        it('detects a second client', async () => {
            const queue = await makeQueue();

            await queue.add({ url: 'a' }, {}, 'one');
            await queue.head(10, 'one');
            expect(queue.info().hadMultipleClients).toBe(false);
            expect(await queue.head(10, 'two')).toMatchObject({ hadMultipleClients: true });
            expect(queue.info().hadMultipleClients).toBe(true);
        });

        it('keeps its journal short', async () => {
            const storages = await createStorages(setup);
            const { id } = storages.requestQueues.create();
            const queue = storages.requestQueues.find(id)!;
            const urls = Array.from({ length: 100 }, (_, n) => `u${n}`);
            for (const url of urls) await queue.add({ url });

            for (let retryCount = 1; retryCount <= 200; retryCount++) {
                for (const url of urls)
                    await queue.updateRequest({ id: requestId(url), url, uniqueKey: url, retryCount });
            }

            if (setup.isPersistent) {
                await storages.reopenAfterCrash();
                const journal = storages.backend.openJournal(id, NO_COMPACTION);
                expect(readEntries(journal).length).toBeLessThanOrEqual(3_000);
            }
            const { items } = await storages.requestQueues.find(id)!.head(1000);
            expect(items.map(({ url }) => url)).toEqual(urls);
            expect(items.every(({ retryCount }) => retryCount === 200)).toBe(true);
        });

        it.runIf(setup.isPersistent)('is the same after a proper close and after a crash', async () => {
            const storages = await createStorages(setup);
            const { id } = storages.requestQueues.create();
            const queue = () => storages.requestQueues.find(id)!;
            await queue().addBatch([{ url: 'a' }, { url: 'b' }, { url: 'c' }, { url: 'd' }]);
            await queue().add({ url: 'f' }, { forefront: true }, 'two');
            await queue().deleteBatch([{ uniqueKey: 'c' }]);
            const { items } = await queue().lockHead({ lockSecs: 60, limit: 2 }, 'two');
            await queue().updateRequest({ ...items[1]!, handledAt: '2030-01-01T00:00:00.000Z' }, {}, 'two');
            const before = queue().info();

            await storages.reopen();
            expect(queue().info()).toEqual(before);
            expect(await headOf(queue())).toEqual(['f', 'b', 'd']);
            await queue().add({ url: 'g' }, { forefront: true });
            await queue().add({ url: 'e' });
            await storages.reopenAfterCrash();

            expect(queue().info()).toMatchObject({
                totalRequestCount: 6,
                handledRequestCount: 1,
                pendingRequestCount: 5,
            });
            expect(await headOf(queue())).toEqual(['g', 'f', 'b', 'd', 'e']);
            expect((await queue().list()).items.map(({ url }) => url)).toEqual(['a', 'b', 'd', 'f', 'g', 'e']);
        });
    });

    describeQueueLocks(setup);
    describeQueueModel(setup);
}
