import { describe, expect, it } from 'vitest';
import { makeClient } from './fake-services.js';

describe('ActorClient.start', () => {
    it('accepts the input and options as two arguments', async () => {
        const { services, client } = await makeClient();
        const { id } = services.addActor('scraper');

        await client.actor('me/scraper').start({ url: 'x' }, { memory: 512 });

        expect(services.starts).toMatchObject([{ actorId: id, options: { memory: 512 }, origin: 'API' }]);
        expect(services.starts[0]!.input!.bytes.toString()).toBe('{"url":"x"}');
    });

    it('accepts both in one object, as in early versions of the API', async () => {
        const { services, client } = await makeClient();
        services.addActor('scraper', ['url']);

        await client.actor('scraper').start({ input: { url: 'x' }, build: 'latest', memory: 1024, timeout: 3600 });

        expect(services.starts[0]).toMatchObject({ options: { build: 'latest', memory: 1024, timeout: 3600 } });
        expect(services.starts[0]!.input!.bytes.toString()).toBe('{"url":"x"}');
    });

    it.each([
        { why: 'there is an options argument', input: { input: 1 }, options: {}, properties: undefined },
        {
            why: 'it has a key that is not an option',
            input: { input: 1, url: 'x' },
            options: undefined,
            properties: undefined,
        },
        {
            why: 'the Actor has an input property `input`',
            input: { input: 1 },
            options: undefined,
            properties: ['input'],
        },
        { why: 'it has no `input`', input: { memory: 512 }, options: undefined, properties: undefined },
    ])('treats one object as the input if $why', async ({ input, options, properties }) => {
        const { services, client } = await makeClient();
        services.addActor('scraper', properties);

        await client.actor('scraper').start(input, options);

        expect(JSON.parse(services.starts[0]!.input!.bytes.toString())).toEqual(input);
        expect(services.starts[0]!.options).toEqual({});
    });

    it('returns plain data with a method to wait', async () => {
        const { services, client } = await makeClient();
        services.addActor('scraper');

        const run = await client.actor('scraper').start();

        expect(Object.keys(run)).not.toContain('waitForFinish');
        expect(structuredClone(run)).toEqual(await client.run(run.id).get());
        await expect(run.waitForFinish()).resolves.toMatchObject({ id: run.id, status: 'SUCCEEDED' });
        expect(services.waits).toEqual([undefined]);
    });

    it('starts without an input', async () => {
        const { services, client } = await makeClient();
        services.addActor('scraper');

        await client.actor('scraper').start();

        expect(services.starts[0]!.input).toBeUndefined();
    });

    it('sets the origin `ACTOR` for the client of a run', async () => {
        const { services, client } = await makeClient({ runId: 'run1' });
        services.addActor('scraper');

        await client.actor('scraper').start();

        expect(services.starts[0]!.origin).toBe('ACTOR');
    });

    it.each([
        { options: { memroy: 512 }, code: 'unknown-option' },
        { options: null, code: 'invalid-value' },
        { options: { contentType: '' }, code: 'invalid-value' },
    ])('rejects the options $options', async ({ options, code }) => {
        const { services, client } = await makeClient();
        services.addActor('scraper');

        await expect(client.actor('scraper').start({}, options as object)).rejects.toMatchObject({ code });
        expect(services.starts).toEqual([]);
    });

    it('rejects an Actor that does not exist', async () => {
        const { client } = await makeClient();

        await expect(client.actor('nobody').start()).rejects.toMatchObject({ code: 'actor-not-found' });
    });
});

describe('ActorClient.call', () => {
    it('returns the finished run', async () => {
        const { services, client } = await makeClient();
        services.addActor('scraper');

        const run = await client.actor('scraper').call({ a: 1 }, { memory: 256, log: null });

        expect(run.status).toBe('SUCCEEDED');
        expect(services.starts[0]!.options).toEqual({ memory: 256 });
        expect(services.waits).toEqual([undefined]);
    });

    it('waits at most `waitSecs`', async () => {
        const { services, client } = await makeClient();
        services.addActor('scraper');

        const run = await client.actor('scraper').call({ input: {}, waitSecs: 1.5 });

        expect(run.status).toBe('RUNNING');
        expect(services.waits).toEqual([1500]);
    });

    it('starts nothing if its signal has already aborted', async () => {
        const { services, client } = await makeClient();
        services.addActor('scraper');

        const call = client.actor('scraper').call({}, { signal: AbortSignal.abort() });

        await expect(call).rejects.toMatchObject({ name: 'AbortError' });
        expect(services.starts).toEqual([]);
    });
});

describe('an Actor', () => {
    it('is found by id, by name and by full name', async () => {
        const { services, client } = await makeClient();
        const { id } = services.addActor('scraper');

        for (const reference of [id, 'scraper', 'me/scraper', 'me~scraper']) {
            await expect(client.actor(reference).get()).resolves.toMatchObject({ id });
        }
    });

    it('that does not exist is undefined, and cannot be updated', async () => {
        const { client } = await makeClient();
        const actor = client.actor('nobody');

        await expect(actor.get()).resolves.toBeUndefined();
        await expect(actor.delete()).resolves.toBeUndefined();
        await expect(actor.update({ title: 'x' })).rejects.toMatchObject({ code: 'actor-not-found' });
        await expect(actor.runs().list()).rejects.toMatchObject({ code: 'actor-not-found' });
        await expect(actor.lastRun().get()).resolves.toBeUndefined();
    });

    it('can change its title', async () => {
        const { services, client } = await makeClient();
        services.addActor('scraper');

        await expect(client.actor('scraper').update({ title: 'Scraper' })).resolves.toMatchObject({ title: 'Scraper' });
    });

    it.each([
        { id: 'mine' },
        { name: 'a/b' },
        { name: 'me/scraper' },
        { isPublic: 'yes' },
        { defaultRunOptions: { memoryMbytes: 1000 } },
        undefined,
    ])('rejects an update with %j', async (fields) => {
        const { services, client } = await makeClient();
        const { id } = services.addActor('scraper');

        await expect(client.actor('scraper').update(fields as object)).rejects.toMatchObject({ statusCode: 400 });
        await expect(client.actor(id).get()).resolves.toMatchObject({ name: 'scraper', isPublic: false });
    });

    it('lists only its own runs', async () => {
        const { services, client } = await makeClient();
        const [one, other] = [services.addActor('one'), services.addActor('other')];
        const { id } = services.addRun(one);
        services.addRun(other);

        const { items } = await client.actor('one').runs().list();

        expect(items.map((run) => run.id)).toEqual([id]);
    });

    it('finds its own runs by id, but not those of others', async () => {
        const { services, client } = await makeClient();
        const [one, other] = [services.addActor('one'), services.addActor('other')];
        const { id } = services.addRun(one);

        await expect(client.actor('one').run(id).get()).resolves.toMatchObject({ id });
        await expect(client.actor(one.id).run(id).get()).resolves.toMatchObject({ id });
        await expect(client.actor(other.id).run(id).get()).resolves.toBeUndefined();
    });

    it('resolves its last run at each call', async () => {
        const { services, client } = await makeClient();
        const actor = services.addActor('scraper');
        const lastRun = client.actor('scraper').lastRun();
        const lastFailed = client.actor('scraper').lastRun({ status: 'FAILED' });

        services.addRun(actor, { status: 'FAILED' });
        services.addRun(actor, { status: 'SUCCEEDED' });

        await expect(lastRun.get()).resolves.toMatchObject({ id: 'run2' });
        await expect(lastFailed.get()).resolves.toMatchObject({ id: 'run1' });
    });
});

describe('ActorCollectionClient.list', () => {
    it('sorts by creation or by the last run', async () => {
        const { services, client } = await makeClient();
        const first = services.addActor('first');
        await services.clock.advance('1s');
        services.addActor('second');
        first.stats.lastRunStartedAt = new Date(services.now());

        const byCreation = await client.actors().list();
        const byRun = await client.actors().list({ sortBy: 'stats.lastRunStartedAt', my: true });

        expect(byCreation.items.map(({ name }) => name)).toEqual(['first', 'second']);
        expect(byRun.items.map(({ name }) => name)).toEqual(['second', 'first']);
    });
});
