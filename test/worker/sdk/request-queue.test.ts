import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createRunContext } from '../../../src/worker/sdk/run-context.js';
import { RequestQueue } from '../../../src/worker/sdk/storages/request-queue.js';
import { computeUniqueKey } from '../../../src/util/unique-key.js';
import { createRemoteClient } from '../../../src/worker/channel/remote-client.js';
import { startFakeRun, type FakeRun } from '../fake-host.js';
import { FakeQueue } from '../fake-queue.js';
import type { RequestQueueInfo } from '../../../src/model/api/storage.js';

beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

async function openQueue(): Promise<{ stored: FakeQueue; queue: RequestQueue; run: FakeRun }> {
    const stored = new FakeQueue();
    const run = startFakeRun(stored.handle);
    return { stored, run, queue: await RequestQueue.open() };
}

/** Opens the same queue in another run. */
function openElsewhere({ host }: FakeRun): RequestQueue {
    const client = createRemoteClient(host.connection);
    const context = createRunContext({
        client,
        env: {},
        signal: host.connection.signal,
        push: async () => {},
        reportFailure: () => {},
        write: () => {},
        exit: () => {},
    });
    return new RequestQueue(context, 'QUEUE', { totalRequestCount: 0, handledRequestCount: 0 } as RequestQueueInfo);
}

const urls = (count: number): string[] => Array.from({ length: count }, (_, n) => `http://a/${n}`);

describe('a request queue', () => {
    it('returns each request once, in the order of addition', async () => {
        const { queue } = await openQueue();
        await queue.addRequests(urls(60));

        const seen: string[] = [];
        for await (const request of queue) {
            seen.push(request.url);
            await queue.markRequestHandled(request);
        }

        expect(seen).toEqual(urls(60));
        expect(await queue.isFinished()).toBe(true);
        expect(queue.getPendingCount()).toBe(0);
    });

    it('never gives two runs the same request', async () => {
        const { queue, run } = await openQueue();
        const other = openElsewhere(run);
        await queue.addRequests(urls(60));

        const seen: string[] = [];
        const work = async (mine: RequestQueue): Promise<void> => {
            for await (const request of mine) {
                seen.push(request.url);
                await mine.markRequestHandled(request);
            }
        };
        await Promise.all([work(queue), work(other)]);

        expect(seen.toSorted()).toEqual(urls(60).toSorted());
    });

    it('adds a request once, and reports the result', async () => {
        const { queue, run } = await openQueue();

        const added = await queue.addRequest({ url: 'http://a/', label: 'START' });
        const again = await queue.addRequest('http://a');
        await queue.addRequests(['http://a', 'http://b', 'http://b']);

        expect(added).toMatchObject({ uniqueKey: 'http://a', wasAlreadyPresent: false });
        expect(again).toMatchObject({ requestId: added.requestId, wasAlreadyPresent: true });
        expect(queue.getTotalCount()).toBe(2);
        expect(run.host.lastSegments.filter(([method]) => method === 'batchAddRequests')).toMatchObject([
            ['batchAddRequests', [{ url: 'http://b' }], {}],
        ]);
        expect((await queue.fetchNextRequest())!.label).toBe('START');
    });

    it('is not finished while a request is in progress, here or in another run', async () => {
        const { queue, run } = await openQueue();
        await queue.addRequest('http://a');
        const other = openElsewhere(run);

        const request = await queue.fetchNextRequest();

        expect([await queue.isEmpty(), await queue.isFinished(), await other.isFinished()]).toEqual([
            true,
            false,
            false,
        ]);
        await queue.markRequestHandled(request!);
        expect([await queue.isFinished(), await other.isFinished()]).toEqual([true, true]);
    });

    it('returns a reclaimed request again, with its changes', async () => {
        const { queue } = await openQueue();
        await queue.addRequests(['http://a', 'http://b']);
        const request = (await queue.fetchNextRequest())!;

        request.retryCount += 1;
        request.pushErrorMessage(new Error('no luck'), { omitStack: true });
        await queue.reclaimRequest(request);

        expect((await queue.fetchNextRequest())!.url).toBe('http://b');
        expect(await queue.fetchNextRequest()).toMatchObject({
            url: 'http://a',
            retryCount: 1,
            errorMessages: ['no luck'],
        });
    });

    it('returns requests added to the front before those already locked', async () => {
        const { queue } = await openQueue();
        await queue.addRequests(urls(5));
        await queue.fetchNextRequest();

        await queue.addRequest('http://front', { forefront: true });

        expect((await queue.fetchNextRequest())!.url).toBe('http://front');
        expect((await queue.fetchNextRequest())!.url).toBe('http://a/1');
    });

    it('skips a request whose lock is lost', async () => {
        const { queue, stored } = await openQueue();
        await queue.addRequests(urls(3));
        await queue.isEmpty();

        stored.loseLock(stored.requests[0]!.id);

        expect((await queue.fetchNextRequest())!.url).toBe('http://a/1');
    });

    it('releases its locks when the run is about to end', async () => {
        const { queue, stored, run } = await openQueue();
        await queue.addRequests(urls(3));
        const fetched = (await queue.fetchNextRequest())!;

        await run.context.events.emit('aborting', undefined);

        expect(stored.requests.map(({ id }) => stored.isLocked(id))).toEqual([true, false, false]);
        expect(fetched.url).toBe('http://a/0');
        expect(await queue.fetchNextRequest()).toBeNull();
    });

    it.each([
        [{ url: '' }, 'invalid-value'],
        [{ url: 'http://a', id: 'x' }, 'invalid-value'],
        [5, 'invalid-value'],
        [{ requestsFromUrl: 'http://a' }, 'not-yet-available'],
    ])('rejects %j', async (source, code) => {
        const { queue } = await openQueue();

        await expect(queue.addRequest(source as never)).rejects.toMatchObject({ code });
    });
});

describe('requests added in batches', () => {
    it('are awaited up to the first batch, and the others follow', async () => {
        const { queue, stored } = await openQueue();

        const result = await queue.addRequestsBatched(urls(25), { batchSize: 10, waitBetweenBatchesMillis: 0 });

        expect(result.addedRequests).toHaveLength(10);
        expect(await queue.isFinished()).toBe(false);
        expect(await result.waitForAllRequestsToBeAdded).toHaveLength(15);
        expect(stored.requests).toHaveLength(25);
    });

    it('are all awaited if requested', async () => {
        const { queue } = await openQueue();

        const { addedRequests } = await queue.addRequestsBatched(urls(25), {
            batchSize: 10,
            waitBetweenBatchesMillis: 0,
            waitForAllRequestsToBeAdded: true,
        });

        expect(addedRequests).toHaveLength(25);
    });

    it('stop at the number of new ones, and the rest is returned', async () => {
        const { queue } = await openQueue();
        await queue.addRequest('http://a/0');

        const result = await queue.addRequestsBatched(urls(5), { maxNewRequests: 2 });

        expect(result.addedRequests.filter(({ wasAlreadyPresent }) => !wasAlreadyPresent)).toHaveLength(2);
        expect(result.requestsOverLimit).toEqual(['http://a/3', 'http://a/4']);
    });
});

describe('the unique key of a request', () => {
    it.each([
        [{ url: 'HTTP://Example.COM/a/?b=2&a=1&utm_source=x#top' }, 'http://example.com/a?a=1&b=2'],
        [{ url: 'http://a/#top', keepUrlFragment: true }, 'http://a#top'],
        [{ url: 'no url' }, 'no url'],
        [{ url: 'http://a/', method: 'post', payload: 'x', useExtendedUniqueKey: true }, 'POST(LXEWQrcm):http://a'],
        [{ url: 'http://a/', method: 'POST', payload: 'x' }, 'http://a'],
    ])('of %j is %s', (parts, key) => {
        expect(computeUniqueKey(parts)).toBe(key);
    });
});
