import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../../support/make-engine.js';
import { connectClient } from '../connect-client.js';
import { errorOf, send } from '../send.js';

async function makeQueue() {
    const { client } = await makeEngine();
    const remote = connectClient(client);
    const { id } = await remote.requestQueues().getOrCreate('queue');
    return {
        client,
        id,
        local: client.requestQueue(id, { clientKey: 'first' }),
        remote: remote.requestQueue(id, { clientKey: 'first' }),
        other: remote.requestQueue(id, { clientKey: 'second' }),
    };
}

function request(n: number) {
    return { url: `https://example.com/${n}`, uniqueKey: `key-${n}` };
}

describe('a request queue over the API', () => {
    it('accepts requests once, and to the front if requested', async () => {
        const { local, remote } = await makeQueue();

        const added = await remote.addRequest({ ...request(1), userData: { label: 'A' } });
        const again = await remote.addRequest(request(1));
        await remote.addRequest(request(2), { forefront: true });

        expect(added).toMatchObject({ wasAlreadyPresent: false, wasAlreadyHandled: false });
        expect(again).toEqual({ ...added, wasAlreadyPresent: true });
        expect(await remote.getRequest(added.requestId)).toEqual(await local.getRequest(added.requestId));
        expect((await remote.listHead()).items.map(({ uniqueKey }) => uniqueKey)).toEqual(['key-2', 'key-1']);
        expect(await remote.listHead({ limit: 1 })).toEqual(await local.listHead({ limit: 1 }));
    });

    it('accepts and deletes batches', async () => {
        const { local, remote } = await makeQueue();

        const { processedRequests, unprocessedRequests } = await remote.batchAddRequests(
            Array.from({ length: 60 }, (_, n) => request(n)),
        );
        const deleted = await remote.batchDeleteRequests([
            { uniqueKey: 'key-0' },
            { id: processedRequests.find(({ uniqueKey }) => uniqueKey === 'key-1')!.requestId },
        ]);

        expect(processedRequests).toHaveLength(60);
        expect(unprocessedRequests).toEqual([]);
        expect(deleted.processedRequests).toHaveLength(2);
        expect((await local.get())?.totalRequestCount).toBe(58);
    });

    it('updates and deletes requests', async () => {
        const { local, remote } = await makeQueue();
        const { requestId: id } = await remote.addRequest(request(1));

        const handled = await remote.updateRequest({
            ...request(1),
            id,
            method: 'GET',
            handledAt: '2024-01-01T00:00:00.000Z',
        });
        const info = await remote.get();
        await remote.deleteRequest(id);

        expect(handled).toEqual({ requestId: id, wasAlreadyPresent: true, wasAlreadyHandled: false });
        expect(info).toMatchObject({ totalRequestCount: 1, handledRequestCount: 1, pendingRequestCount: 0 });
        expect(await remote.getRequest(id)).toBeUndefined();
        expect(await local.getRequest(id)).toBeUndefined();
    });

    it('locks its head for the client with the key', async () => {
        const { remote, other } = await makeQueue();
        await remote.batchAddRequests([request(1), request(2), request(3)]);

        const mine = await remote.listAndLockHead({ lockSecs: 60, limit: 2 });
        const theirs = await other.listAndLockHead({ lockSecs: 60 });

        expect(mine).toMatchObject({ lockSecs: 60, clientKey: 'first', queueHasLockedRequests: true });
        expect(mine.items.map(({ uniqueKey }) => uniqueKey)).toEqual(['key-1', 'key-2']);
        expect(mine.items[0]!.lockExpiresAt).toBeInstanceOf(Date);
        expect(theirs.items.map(({ uniqueKey }) => uniqueKey)).toEqual(['key-3']);
        expect(theirs.hadMultipleClients).toBe(true);
    });

    it('lets only the owner prolong and end a lock', async () => {
        const { remote, other } = await makeQueue();
        const { requestId: id } = await remote.addRequest(request(1));
        await remote.listAndLockHead({ lockSecs: 10 });

        const refusal = { statusCode: 409, type: 'request-locked' };
        await expect(other.prolongRequestLock(id, { lockSecs: 60 })).rejects.toMatchObject(refusal);
        await expect(other.deleteRequestLock(id)).rejects.toMatchObject(refusal);
        const { lockExpiresAt } = await remote.prolongRequestLock(id, { lockSecs: 60, forefront: true });
        await remote.deleteRequestLock(id, { forefront: true });

        expect(lockExpiresAt.getTime()).toBeGreaterThan(Date.now() + 50_000);
        expect((await other.listHead()).items).toHaveLength(1);
    });

    it('ends all locks of a client at once', async () => {
        const { remote, other } = await makeQueue();
        await remote.batchAddRequests([request(1), request(2)]);
        await remote.listAndLockHead({ lockSecs: 60 });

        expect(await other.unlockRequests()).toEqual({ unlockedCount: 0 });
        expect(await remote.unlockRequests()).toEqual({ unlockedCount: 2 });
    });

    it('lists its requests by cursor and by state', async () => {
        const { local, remote } = await makeQueue();
        await remote.batchAddRequests([request(1), request(2), request(3)]);
        await remote.listAndLockHead({ lockSecs: 60, limit: 1 });

        const first = await remote.listRequests({ limit: 2 });
        const rest = await remote.listRequests({ cursor: first.nextCursor });
        const locked = await remote.listRequests({ filter: ['locked'] });
        const pages = [];
        for await (const { items } of remote.paginateRequests({ maxPageLimit: 2 })) pages.push(items.length);

        expect(first).toEqual(await local.listRequests({ limit: 2 }));
        expect(rest.items.map(({ uniqueKey }) => uniqueKey)).toEqual(['key-3']);
        expect(locked.items.map(({ uniqueKey }) => uniqueKey)).toEqual(['key-1']);
        expect((await remote.listRequests({ filter: ['locked', 'pending'] })).items).toHaveLength(3);
        expect(pages).toEqual([2, 1]);
    });

    it('is renamed and deleted', async () => {
        const { remote, local } = await makeQueue();

        expect(await remote.update({ name: 'renamed' })).toMatchObject({ name: 'renamed' });
        await remote.delete();

        expect(await local.get()).toBeUndefined();
        expect(await remote.get()).toBeUndefined();
        expect(await remote.getRequest('missing')).toBeUndefined();
        await expect(remote.listHead()).rejects.toMatchObject({ statusCode: 404, type: 'record-not-found' });
    });
});

describe('bad requests to a request queue', () => {
    const JSON_TYPE = { 'content-type': 'application/json' };

    it.each([
        { title: 'a lock without a time', method: 'POST', path: '/head/lock', names: 'lockSecs' },
        { title: 'a lock for a word', method: 'POST', path: '/head/lock?lockSecs=soon', names: 'lockSecs' },
        { title: 'a head without end', method: 'GET', path: '/head?limit=5000', names: 'limit' },
        {
            title: 'a client without a proper key',
            method: 'GET',
            path: `/head?clientKey=${'x'.repeat(33)}`,
            names: 'clientKey',
        },
        {
            title: 'a flag that is none',
            method: 'POST',
            path: '/requests?forefront=2',
            body: '{"url":"x"}',
            names: 'forefront',
        },
        { title: 'a list of nothing known', method: 'GET', path: '/requests?filter=mine', names: 'filter' },
        { title: 'a request without a URL', method: 'POST', path: '/requests', body: '{}', names: 'url' },
        { title: 'a request that is a list', method: 'POST', path: '/requests', body: '[]', names: 'body' },
        { title: 'a batch that is no list', method: 'POST', path: '/requests/batch', body: '{}', names: 'requests' },
        {
            title: 'a batch that is too large',
            method: 'POST',
            path: '/requests/batch',
            body: JSON.stringify(Array.from({ length: 26 }, (_, n) => request(n))),
            names: '25',
        },
        { title: 'two ids', method: 'PUT', path: '/requests/one', body: '{"id":"two","url":"x"}', names: 'id' },
    ])('are rejected: $title', async ({ method, path, body, names }) => {
        const { client, local, id } = await makeQueue();

        const answer = await send(client, `/request-queues/${id}${path}`, { method, body, headers: JSON_TYPE });

        expect(answer.status).toBe(400);
        expect(errorOf(answer).message).toContain(names);
        expect((await local.get())?.totalRequestCount).toBe(0);
    });

    it('may leave the id of a request to the path', async () => {
        const { client, local, id } = await makeQueue();
        const { requestId } = await local.addRequest(request(1));

        const answer = await send(client, `/request-queues/${id}/requests/${requestId}`, {
            method: 'PUT',
            body: JSON.stringify({ ...request(1), retryCount: 2 }),
        });

        expect(answer.status).toBe(200);
        expect(await local.getRequest(requestId)).toMatchObject({ retryCount: 2 });
    });
});

describe('the locks of a run', () => {
    it('are ended for all of its clients, at the request of any, and for no others', async () => {
        const engine = await makeEngine();
        const { id } = await engine.client.requestQueues().getOrCreate('queue');
        const outside = engine.client.requestQueue(id, { clientKey: 'outside' });
        await outside.batchAddRequests([1, 2, 3].map((n) => ({ url: `https://example.com/${n}` })));
        await outside.listAndLockHead({ lockSecs: 60, limit: 1 });
        await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            const speakAs = (clientKey, name) => Actor.apifyClient.requestQueue(name, { clientKey });
            await speakAs('one', 'queue').listAndLockHead({ lockSecs: 60, limit: 1 });
            await speakAs('two', '${id}').listAndLockHead({ lockSecs: 60, limit: 1 });
            await Actor.pushData(await speakAs('three', '${id}').unlockRequests());
            await Actor.exit();`,
        );

        const run = await engine.call('under-test');

        expect(await run.items()).toEqual([{ unlockedCount: 2 }]);
        expect(await outside.unlockRequests()).toEqual({ unlockedCount: 1 });
    });
});
