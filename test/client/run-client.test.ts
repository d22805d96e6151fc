import { describe, expect, it } from 'vitest';
import { makeClient } from './fake-services.js';

describe('a run', () => {
    it('is returned as a copy', async () => {
        const { services, client } = await makeClient();
        const { id } = services.addRun(services.addActor('scraper'));

        const first = await client.run(id).get();
        first!.status = 'FAILED';

        await expect(client.run(id).get()).resolves.toMatchObject({ status: 'SUCCEEDED' });
    });

    it.each([
        { waitForFinish: 5, waits: [5000] },
        { waitForFinish: 999_999, waits: [60_000] },
        { waitForFinish: 0, waits: [] },
        { waitForFinish: undefined, waits: [] },
    ])(
        'is returned after a wait of $waits ms with `waitForFinish` $waitForFinish',
        async ({ waitForFinish, waits }) => {
            const { services, client } = await makeClient();
            const { id } = services.addRun(services.addActor('scraper'), { status: 'RUNNING' });

            await client.run(id).get({ waitForFinish });

            expect(services.waits).toEqual(waits);
        },
    );

    it('is awaited until its end, or up to `waitSecs`', async () => {
        const { services, client } = await makeClient();
        const { id } = services.addRun(services.addActor('scraper'), { status: 'RUNNING' });

        await expect(client.run(id).waitForFinish({ waitSecs: 90 })).resolves.toMatchObject({ status: 'RUNNING' });
        await expect(client.run(id).waitForFinish()).resolves.toMatchObject({ status: 'SUCCEEDED' });

        expect(services.waits).toEqual([90_000, undefined]);
    });

    it('is charged, and the result equals that of the real client', async () => {
        const { services, client } = await makeClient();
        const { id } = services.addRun(services.addActor('scraper'), { status: 'RUNNING' });

        const answer = await client.run(id).charge({ eventName: 'page' });
        await client.run(id).charge({ eventName: 'page', count: 3, idempotencyKey: 'key' });

        expect(answer).toEqual({ data: {}, status: 201, statusText: 'Created', headers: {} });
        expect(services.charges).toEqual([
            { id, eventName: 'page' },
            { id, eventName: 'page', count: 3, idempotencyKey: 'key' },
        ]);
    });

    it.each([
        [undefined, /`options` is undefined/],
        [{ eventName: 'page', count: 0 }, /`options.count` is 0, but must be a whole number, 1 or more/],
        [{ eventName: 'page', idempotencyKey: '' }, /`options.idempotencyKey`/],
        [{ event: 'page' }, /no option `event`.*eventName/],
    ])('is not charged with %j', async (options, message) => {
        const { services, client } = await makeClient();
        const { id } = services.addRun(services.addActor('scraper'), { status: 'RUNNING' });

        await expect(client.run(id).charge(options as never)).rejects.toThrow(message);

        expect(services.charges).toEqual([]);
    });

    it('is aborted immediately unless `gracefully` is set', async () => {
        const { services, client } = await makeClient();
        const { id } = services.addRun(services.addActor('scraper'), { status: 'RUNNING' });

        await client.run(id).abort();
        await client.run(id).abort({ gracefully: true });

        expect(services.aborts).toEqual([
            { id, gracefully: false },
            { id, gracefully: true },
        ]);
    });

    it('has clients of its default storages', async () => {
        const { services, client } = await makeClient();
        const { id } = services.addRun(services.addActor('scraper'));
        const run = client.run(id);

        await run.dataset().pushItems({ a: 1 });
        await run.keyValueStore().setRecord({ key: 'OUTPUT', value: 5 });
        await run.requestQueue().addRequest({ url: 'https://example.com' });

        const { defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId } = (await run.get())!;
        await expect(client.dataset(defaultDatasetId).get()).resolves.toMatchObject({ itemCount: 1 });
        await expect(client.keyValueStore(defaultKeyValueStoreId).recordExists('OUTPUT')).resolves.toBe(true);
        await expect(client.requestQueue(defaultRequestQueueId).get()).resolves.toMatchObject({ totalRequestCount: 1 });
    });

    it('rejects unknown fields and options', async () => {
        const { services, client } = await makeClient();
        const { id } = services.addRun(services.addActor('scraper'));

        await expect(client.run(id).abort({ graceful: true } as object)).rejects.toMatchObject({
            code: 'unknown-option',
        });
        await expect(client.run(id).update(undefined as never)).rejects.toMatchObject({ code: 'invalid-value' });
        const access = { generalAccess: 'ANYONE_WITH_NAME_CAN_READ' } as object;
        await expect(client.run(id).update(access)).rejects.toMatchObject({ code: 'invalid-value' });
    });
});

describe('a run that does not exist', () => {
    it('is undefined, as are its log and its storages', async () => {
        const { client } = await makeClient();
        const run = client.run('missing');

        await expect(run.get()).resolves.toBeUndefined();
        await expect(run.get({ waitForFinish: 5 })).resolves.toBeUndefined();
        await expect(run.delete()).resolves.toBeUndefined();
        await expect(run.log().get()).resolves.toBeUndefined();
        await expect(run.log().stream()).resolves.toBeUndefined();
        await expect(run.dataset().get()).resolves.toBeUndefined();
        await expect(run.keyValueStore().getRecord('OUTPUT')).resolves.toBeUndefined();
    });

    it('cannot be updated, aborted or awaited', async () => {
        const { client } = await makeClient();
        const run = client.run('missing');

        const notFound = expect.objectContaining({
            code: 'record-not-found',
            statusCode: 404,
            message: expect.stringContaining('`missing`'),
        });
        await expect(run.update({ statusMessage: 'x' })).rejects.toEqual(notFound);
        await expect(run.abort()).rejects.toEqual(notFound);
        await expect(run.waitForFinish()).rejects.toEqual(notFound);
        await expect(run.dataset().pushItems({})).rejects.toEqual(notFound);
    });
});

describe('the log of a run', () => {
    it('is read as text and as a stream, through the run or by its id', async () => {
        const { services, client } = await makeClient();
        const { id } = services.addRun(services.addActor('scraper'));
        services.logTexts.set(id, '2024-05-01T00:00:00.000Z Hello\n');

        await expect(client.run(id).log().get()).resolves.toContain('Hello');
        await expect(client.log(id).get({ raw: true })).resolves.toContain('Hello');
        const chunks: string[] = [];
        const stream = await client.run(id).log().stream();
        for await (const chunk of stream!) chunks.push(String(chunk));
        expect(chunks.join('')).toBe('2024-05-01T00:00:00.000Z Hello\n');
    });
});

describe('the list of runs', () => {
    it('has only the fields of a list', async () => {
        const { services, client } = await makeClient();
        services.addRun(services.addActor('scraper'));

        const { items } = await client.runs().list();

        expect(items[0]).toMatchObject({ id: 'run1', buildNumber: '0.1.2', buildNumberInt: 100_002 });
        expect(items[0]).not.toHaveProperty('options');
    });

    it('is filtered by status and by time', async () => {
        const { services, client } = await makeClient();
        const actor = services.addActor('scraper');
        services.addRun(actor, { startedAt: new Date(1000), status: 'FAILED' });
        services.addRun(actor, { startedAt: new Date(2000), status: 'RUNNING' });
        services.addRun(actor, { startedAt: new Date(3000), status: 'FAILED' });
        const ids = async (options: object): Promise<string[]> => {
            const { items } = await client.runs().list(options);
            return items.map(({ id }) => id);
        };

        await expect(ids({ status: 'FAILED' })).resolves.toEqual(['run1', 'run3']);
        await expect(ids({ status: ['FAILED', 'RUNNING'], desc: true })).resolves.toEqual(['run3', 'run2', 'run1']);
        await expect(ids({ startedAfter: new Date(2000) })).resolves.toEqual(['run2', 'run3']);
        await expect(ids({ startedBefore: '1970-01-01T00:00:02Z' })).resolves.toEqual(['run1', 'run2']);
    });

    it('rejects invalid filters', async () => {
        const { client } = await makeClient();

        expect(() => client.runs().list({ status: 'FINISHED' as never })).toThrow('FINISHED');
        expect(() => client.runs().list({ startedAfter: 'yesterday' })).toThrow('yesterday');
    });
});

describe('the status message', () => {
    it('is set by the client of a run', async () => {
        const { services, client } = await makeClient({ runId: 'run1' });
        services.addRun(services.addActor('scraper'));

        await client.setStatusMessage('Half way', { isStatusMessageTerminal: true, level: 'INFO' });

        await expect(client.run('run1').get()).resolves.toMatchObject({
            statusMessage: 'Half way',
            isStatusMessageTerminal: true,
        });
    });

    it('cannot be set by a client without a run', async () => {
        const { client } = await makeClient();

        await expect(client.setStatusMessage('x')).rejects.toThrow('no run that this client belongs to');
    });
});

describe('the user', () => {
    it('is the owner of the engine, by `me`, id and username', async () => {
        const { client } = await makeClient();

        for (const user of [client.user(), client.user('me'), client.user('user1')]) {
            await expect(user.get()).resolves.toMatchObject({ id: 'user1', username: 'me' });
        }
        await expect(client.user('you').get()).rejects.toMatchObject({ code: 'record-not-found' });
    });
});
