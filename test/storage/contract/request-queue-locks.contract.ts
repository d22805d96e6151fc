import { describe, expect, it } from 'vitest';
import type { RequestQueue } from '../../../src/storage/request-queue/request-queue.js';
import { catchError, createStorages, type StorageSetup, type StoragesUnderTest } from '../../support/storages.js';

/** The contract of locks of request queues, for each backend. */
export function describeQueueLocks(setup: StorageSetup): void {
    const make = async (...urls: string[]): Promise<{ storages: StoragesUnderTest; queue: RequestQueue }> => {
        const storages = await createStorages(setup);
        const queue = storages.requestQueues.create();
        await queue.addBatch(urls.map((url) => ({ url })));
        return { storages, queue };
    };
    const headOf = async (queue: RequestQueue): Promise<string[]> => (await queue.head()).items.map(({ url }) => url);
    const lock = async (queue: RequestQueue, limit: number, clientKey: string, lockSecs = 60): Promise<string[]> =>
        (await queue.lockHead({ lockSecs, limit }, clientKey)).items.map(({ url }) => url);
    const idOf = async (queue: RequestQueue, url: string): Promise<string> =>
        (await queue.list()).items.find((request) => request.url === url)!.id;

    describe('a locked request', () => {
        it('is hidden from all clients until the lock ends', async () => {
            const { storages, queue } = await make('a', 'b', 'c');

            const locked = await queue.lockHead({ lockSecs: 60, limit: 2 }, 'one');

            expect(locked).toMatchObject({
                limit: 2,
                lockSecs: 60,
                clientKey: 'one',
                queueHasLockedRequests: true,
                items: [
                    { url: 'a', lockExpiresAt: new Date('2030-01-01T00:01:00.000Z') },
                    { url: 'b', lockExpiresAt: new Date('2030-01-01T00:01:00.000Z') },
                ],
            });
            expect(await headOf(queue)).toEqual(['c']);
            expect(await lock(queue, 25, 'two')).toEqual(['c']);
            expect(await lock(queue, 25, 'one')).toEqual([]);
            await storages.clock.advance(59_999);
            expect(await headOf(queue)).toEqual([]);
            await storages.clock.advance(1);
            expect(await headOf(queue)).toEqual(['a', 'b', 'c']);
            expect(queue.info().pendingRequestCount).toBe(3);
        });

        it('keeps its place when the lock ends', async () => {
            const { storages, queue } = await make('a', 'b');
            await queue.addBatch([{ url: 'f1' }, { url: 'f2' }], { forefront: true });

            expect(await lock(queue, 3, 'one')).toEqual(['f2', 'f1', 'a']);
            await storages.clock.advance('1m');
            await queue.add({ url: 'late' });

            expect(await headOf(queue)).toEqual(['f2', 'f1', 'a', 'b', 'late']);
        });

        it('can be prolonged only by its owner', async () => {
            const { storages, queue } = await make('a', 'b');
            await lock(queue, 1, 'one');
            const id = await idOf(queue, 'a');
            await storages.clock.advance('30s');

            const error = await catchError(() => queue.prolongLock(id, { lockSecs: 60 }, 'two'));
            const prolonged = await queue.prolongLock(id, { lockSecs: 60, forefront: true }, 'one');

            expect(error).toMatchObject({ code: 'request-locked', details: { id } });
            expect(prolonged).toEqual({ lockExpiresAt: new Date('2030-01-01T00:01:30.000Z') });
            await storages.clock.advance('59s');
            expect(await headOf(queue)).toEqual(['b']);
            await storages.clock.advance('1s');
            expect(await headOf(queue)).toEqual(['a', 'b']);
            expect(await catchError(() => queue.prolongLock(id, { lockSecs: 60 }, 'one'))).toMatchObject({
                code: 'invalid-request',
                message: expect.stringContaining('its lock has expired'),
            });
        });

        it('goes to the back when its lock was prolonged without `forefront`', async () => {
            const { storages, queue } = await make('a', 'b', 'c');
            await lock(queue, 2, 'one', 10);
            await queue.prolongLock(await idOf(queue, 'a'), { lockSecs: 20 }, 'one');

            await storages.clock.advance('10s');
            expect(await headOf(queue)).toEqual(['b', 'c']);
            await storages.clock.advance('10s');
            expect(await headOf(queue)).toEqual(['b', 'c', 'a']);
        });

        it('keeps its place by the rules of Crawlee, where prolonging adds to the remaining time', async () => {
            const { storages, queue } = await make('a', 'b', 'c', 'd');
            await lock(queue, 4, 'one', 10);
            const [a, b, c, d] = await Promise.all(['a', 'b', 'c', 'd'].map((url) => idOf(queue, url)));
            await storages.clock.advance('9s');

            expect(await queue.prolongLock(a!, { lockSecs: 10 }, 'one', 'crawlee')).toEqual({
                lockExpiresAt: new Date('2030-01-01T00:00:20.000Z'),
            });
            await queue.prolongLock(c!, { lockSecs: 10, forefront: true }, 'one', 'crawlee');
            await queue.unlock(d!, { forefront: true }, 'one', 'crawlee');
            await queue.unlock(b!, {}, 'one', 'crawlee');

            expect(await headOf(queue)).toEqual(['d', 'b']);
            await storages.clock.advance('11s');
            expect(await headOf(queue)).toEqual(['c', 'd', 'a', 'b']);
        });

        it('can be unlocked only by its owner, to the back or the front', async () => {
            const { queue } = await make('a', 'b', 'c');
            await lock(queue, 2, 'one');
            const [a, b] = [await idOf(queue, 'a'), await idOf(queue, 'b')];

            expect(await catchError(() => queue.unlock(a, {}, 'two'))).toMatchObject({ code: 'request-locked' });
            expect(await catchError(() => queue.unlock(a))).toMatchObject({ code: 'request-locked' });
            await queue.unlock(a, {}, 'one');
            await queue.unlock(b, { forefront: true }, 'one');
            await queue.unlock(b, {}, 'one');

            expect(await headOf(queue)).toEqual(['b', 'c', 'a']);
            expect(await catchError(() => queue.unlock('nothing', {}, 'one'))).toMatchObject({
                code: 'record-not-found',
            });
        });

        it('is unlocked together with all others of its owner', async () => {
            const { queue } = await make('a', 'b', 'c', 'd');
            await lock(queue, 2, 'one');
            await lock(queue, 1, 'two');

            expect(await queue.unlockAll('one')).toEqual({ unlockedCount: 2 });
            expect(await queue.unlockAll('one')).toEqual({ unlockedCount: 0 });
            expect(await headOf(queue)).toEqual(['a', 'b', 'd']);
        });

        it('loses its lock when it is handled or deleted', async () => {
            const { queue } = await make('a', 'b');
            const { items } = await queue.lockHead({ lockSecs: 60 }, 'one');

            await queue.updateRequest({ ...items[0]!, handledAt: '2030-01-01T00:00:00.000Z' }, {}, 'two');
            await queue.delete(items[1]!.id, 'two');

            expect(await queue.lockHead({ lockSecs: 60 }, 'one')).toMatchObject({
                queueHasLockedRequests: false,
                items: [],
            });
            expect(await catchError(() => queue.prolongLock(items[0]!.id, { lockSecs: 1 }, 'one'))).toMatchObject({
                code: 'invalid-request',
                message: expect.stringContaining('handled'),
            });
        });

        it('returns to the queue when its owner updates it, and stays locked when another client does', async () => {
            const { storages, queue } = await make('a', 'b', 'c');
            const { items } = await queue.lockHead({ lockSecs: 60, limit: 2 }, 'one');

            await queue.updateRequest({ ...items[0]!, retryCount: 1 }, {}, 'one');
            await queue.updateRequest({ ...items[1]!, retryCount: 2 }, { forefront: true }, 'two');

            expect(await headOf(queue)).toEqual(['c', 'a']);
            await storages.clock.advance('1m');
            expect(await headOf(queue)).toEqual(['b', 'c', 'a']);
        });

        it('appears in lists of locked requests', async () => {
            const { queue } = await make('a', 'b', 'c');
            await queue.updateRequest({
                id: await idOf(queue, 'c'),
                url: 'c',
                uniqueKey: 'c',
                handledAt: '2030-01-01',
            });
            await lock(queue, 1, 'one');
            const urls = async (...filter: ('locked' | 'pending')[]): Promise<string[]> =>
                (await queue.list({ filter })).items.map(({ url }) => url);

            expect(await urls('locked')).toEqual(['a']);
            expect(await urls('pending')).toEqual(['b']);
            expect(await urls('locked', 'pending')).toEqual(['a', 'b']);
            expect(await urls()).toEqual(['a', 'b', 'c']);
        });

        it.each([{}, { lockSecs: -1 }, { lockSecs: '5' }, { lockSecs: 5, limit: 26 }, { lockSecs: 5, max: 1 }])(
            'refuses %j',
            async (options) => {
                const { queue } = await make('a');

                expect(await catchError(() => queue.lockHead(options as never, 'one'))).toMatchObject({
                    name: 'EngineError',
                });
                expect(await headOf(queue)).toEqual(['a']);
            },
        );

        it.runIf(setup.isPersistent)('is unlocked in its old position when the engine restarts', async () => {
            const { storages, queue } = await make('a', 'b', 'c');
            await lock(queue, 2, 'one');

            await storages.reopenAfterCrash();

            expect(await lock(storages.requestQueues.find(queue.id)!, 25, 'two')).toEqual(['a', 'b', 'c']);
        });
    });
}
