import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ApifyClient, DownloadItemsFormat, type RequestQueueClientRequestSchema } from 'apify-client';
import { ApifyClient as OldApifyClient } from 'apify-client-old';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';

/** The real clients; the old one compresses with gzip and says `acts`. */
const CLIENTS = [
    ['2.25', ApifyClient],
    ['2.9', OldApifyClient as unknown as typeof ApifyClient],
] as const;

const ECHO = `export default async ({ input, Actor, log }) => {
    log.info('The input is here.');
    await Actor.pushData([{ n: 1 }, { n: 2 }]);
    return { input };
};`;
const WAITS = `export default async ({ signal, log }) => {
    log.info('begun');
    const timer = setInterval(() => {}, 1000);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    clearInterval(timer);
};`;
const { JSON: JSON_FORMAT, JSONL, CSV, XML, HTML, RSS, XLSX } = DownloadItemsFormat;
const TEXT_FORMATS = [JSON_FORMAT, JSONL, CSV, XML, HTML, RSS];
const ITEMS = [
    { n: 1, nested: { a: 1 }, list: [{ x: 1 }, { x: 2 }], '#hidden': true },
    { n: 2, text: 'ž, "quoted"\n<b>' },
    {},
];

async function connect(Client: typeof ApifyClient) {
    const engine = await makeEngine();
    const { url } = await engine.listen();
    const remote = new Client({ baseUrl: url, token: engine.token, maxRetries: 0 });
    return { engine, url, remote, local: engine.client };
}

describe.each(CLIENTS)('apify-client %s over HTTP', (version, Client) => {
    // The old one neither shows the log of a call nor knows how to be told not to.
    const quiet = version === '2.9' ? {} : { log: null };
    it('finds Actors, and the user', async () => {
        const { engine, remote, local } = await connect(Client);
        const { id } = await engine.addActor({ name: 'echo', source: ECHO });

        expect(await remote.actor(id).get()).toEqual(await local.actor(id).get());
        expect(await remote.actor('local/echo').get()).toMatchObject({ id });
        expect(await remote.actors().list({ my: true })).toEqual(await local.actors().list({ my: true }));
        expect(await remote.user('me').get()).toEqual(await local.user('me').get());
        expect(await remote.actor('nobody/nothing').get()).toBeUndefined();
        expect(await remote.actor(id).update({ title: 'Echo' })).toMatchObject({ title: 'Echo' });
        await remote.actor(id).delete();
        expect(await local.actor(id).get()).toBeUndefined();
    });

    it('calls an Actor, and finds all results of its run', async () => {
        const { engine, remote, local } = await connect(Client);
        const actor = await addSource(engine, ECHO);

        const run = await remote.actor(actor).call({ url: 'x'.repeat(5_000) }, { memory: 256, timeout: 60, ...quiet });

        expect(run).toMatchObject({ status: 'SUCCEEDED', options: { memoryMbytes: 256, timeoutSecs: 60 } });
        expect(await remote.run(run.id).get()).toEqual(await local.run(run.id).get());
        expect((await remote.run(run.id).dataset().listItems()).items).toEqual([{ n: 1 }, { n: 2 }]);
        expect((await remote.run(run.id).keyValueStore().getRecord('OUTPUT'))?.value).toEqual({
            input: { url: 'x'.repeat(5_000) },
        });
        expect(await remote.log(run.id).get()).toBe(await local.log(run.id).get());
        expect(await remote.actor(actor).lastRun({ status: 'SUCCEEDED' }).get()).toMatchObject({ id: run.id });
        expect((await remote.runs().list({ desc: true })).items.map(({ id }) => id)).toEqual([run.id]);
    });

    it('starts a run, waits for it, aborts and resurrects it', async () => {
        const { engine, remote } = await connect(Client);
        const actor = await addSource(engine, WAITS);

        const { id } = await remote.actor(actor).start(undefined, { waitForFinish: 0 });
        await waitUntil('the run to begin', async () => (await remote.log(id).get())?.includes('begun'));
        const waiting = remote.run(id).waitForFinish();
        await remote.run(id).abort({ gracefully: true });

        expect(await waiting).toMatchObject({ id, status: 'ABORTED' });
        expect(await remote.run(id).resurrect()).toMatchObject({ id, status: expect.stringMatching(/READY|RUNNING/) });
        await remote.run(id).abort();
        expect(await remote.run(id).waitForFinish({ waitSecs: 10 })).toMatchObject({ status: 'ABORTED' });
        await remote.run(id).delete();
        expect(await remote.run(id).get()).toBeUndefined();
    });

    it('follows a log while it is written', async () => {
        const { engine, remote } = await connect(Client);
        const { id } = await engine.start(await addSource(engine, WAITS));

        const log = (await remote.run(id).log().stream())!;
        let read = '';
        log.on('data', (chunk) => (read += String(chunk)));
        // It may come before the answer to the abort.
        const ended = once(log, 'end');
        await waitUntil('the first line', () => read.includes('begun'));
        await remote.run(id).abort({ gracefully: true });
        await ended;

        expect(read).toBe(await remote.run(id).log().get());
    });

    it('reads datasets in every format', async () => {
        const { remote, local } = await connect(Client);
        const { id } = await remote.datasets().getOrCreate('data');
        await remote.dataset(id).pushItems(ITEMS);
        await remote.dataset(id).pushItems({ big: 'ž'.repeat(100_000) });

        for (const format of TEXT_FORMATS) {
            const options = { clean: true, fields: ['n', 'text', 'big'] };
            const [ours, theirs] = await Promise.all([
                local.dataset(id).downloadItems(format, options),
                remote.dataset(id).downloadItems(format, options),
            ]);
            expect(String(theirs)).toBe(String(ours));
        }
        expect((await remote.dataset(id).downloadItems(XLSX)).subarray(0, 2).toString()).toBe('PK');
        expect(await remote.dataset(id).listItems({ offset: 1, limit: 2, desc: true })).toEqual(
            await local.dataset(id).listItems({ offset: 1, limit: 2, desc: true }),
        );
        expect(await remote.dataset(id).get()).toEqual({
            ...(await local.dataset(id).get()),
            accessedAt: expect.any(Date),
            stats: expect.any(Object),
        });
    });

    it('reads and writes records, as streams too', async () => {
        const { remote, local } = await connect(Client);
        const { id } = await remote.keyValueStores().getOrCreate('store');
        const store = remote.keyValueStore(id);
        const bytes = Buffer.alloc(300_000, 'bytes');

        await store.setRecord({ key: 'json', value: { a: 'ž'.repeat(2_000) } });
        await store.setRecord({ key: 'text', value: 'ž', contentType: 'text/plain; charset=utf-8' });
        await store.setRecord({ key: 'bytes', value: bytes as never, contentType: 'image/png' });
        await store.setRecord({
            key: 'stream',
            value: Readable.from([bytes, bytes]) as never,
            contentType: 'video/mp4',
        });

        expect(await store.getRecord('json')).toEqual(await local.keyValueStore(id).getRecord('json'));
        expect((await store.getRecord('text'))?.value).toBe('ž');
        expect((await store.getRecord('bytes', { buffer: true }))?.value.equals(bytes)).toBe(true);
        const stream = await store.getRecord('stream', { stream: true });
        expect(await text(stream!.value)).toBe(bytes.toString().repeat(2));
        expect(await store.getRecord('nothing')).toBeUndefined();
        expect(await store.recordExists('text')).toBe(true);
        expect(await store.recordExists('nothing')).toBe(false);
        expect(await store.listKeys({ limit: 2 })).toEqual(await local.keyValueStore(id).listKeys({ limit: 2 }));
        await store.deleteRecord('text');
        expect(await store.recordExists('text')).toBe(false);
    });

    it('works on a queue with locks', async () => {
        const { remote, local } = await connect(Client);
        const { id } = await remote.requestQueues().getOrCreate('queue');
        const queue = remote.requestQueue(id, { clientKey: 'client-a' });
        const requests = Array.from({ length: 60 }, (_, n) => ({
            url: `http://x.example/${n}`,
            uniqueKey: `key-${n}`,
            userData: { text: 'ž'.repeat(100) },
        }));

        const added = await queue.batchAddRequests(requests);
        const again = await queue.addRequest({ url: 'http://x.example/0', uniqueKey: 'key-0' });
        const head = await queue.listAndLockHead({ limit: 25, lockSecs: 60 });
        const others = await remote.requestQueue(id, { clientKey: 'client-b' }).listHead({ limit: 100 });
        const request = (await queue.getRequest(head.items[0]!.id)) as RequestQueueClientRequestSchema;
        await queue.updateRequest({ ...request, handledAt: new Date().toISOString() });
        await queue.prolongRequestLock(head.items[1]!.id, { lockSecs: 120 });
        await queue.deleteRequestLock(head.items[2]!.id);

        expect(added.processedRequests).toHaveLength(60);
        expect(again).toMatchObject({ wasAlreadyPresent: true, wasAlreadyHandled: false });
        expect(others.items).toHaveLength(35);
        expect(request.userData).toEqual({ text: 'ž'.repeat(100) });
        expect(await remote.requestQueue(id).get()).toMatchObject({ handledRequestCount: 1, pendingRequestCount: 59 });
        expect(await queue.getRequest(head.items[5]!.id)).toEqual(
            await local.requestQueue(id).getRequest(head.items[5]!.id),
        );
    });

    it('gets the same errors as in process', async () => {
        const { engine, remote, url } = await connect(Client);
        const stranger = new Client({ baseUrl: url, token: 'wrong', maxRetries: 0 });
        await addSource(engine, ECHO, 'echo');

        await expect(remote.actor('echo').start({}, { memory: 1 })).rejects.toMatchObject({
            statusCode: 400,
            type: 'invalid-value',
        });
        await expect(remote.actor('none').start()).rejects.toMatchObject({ type: 'record-not-found' });
        await expect(stranger.user('me').get()).rejects.toMatchObject({ statusCode: 401, type: 'invalid-token' });
        await expect(remote.dataset('none').pushItems([{}])).rejects.toMatchObject({ statusCode: 404 });
    });
});

describe('a public URL', () => {
    it('of the engine\u2019s own client has the address of the listener, if any', async () => {
        const { url, local } = await connect(ApifyClient);
        const { id } = await local.datasets().getOrCreate('data');

        await local.dataset(id).pushItems([{ n: 1 }, { n: 2 }]);

        const publicUrl = await local.dataset(id).createItemsPublicUrl({ limit: 1 });
        expect(publicUrl).toContain(`${url}/v2/datasets/${id}/items?`);
        expect(publicUrl).toContain('signature=');
        // Who has the URL needs no token, and with another signature no luck.
        expect(await (await fetch(publicUrl)).json()).toEqual([{ n: 1 }]);
        expect((await fetch(publicUrl.replace('signature=', 'signature=x'))).status).toBe(401);
    });
});
