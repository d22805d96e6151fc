import { describe, expect, it } from 'vitest';
import { makeClient } from './fake-host.js';

describe('starting a run', () => {
    it('takes the input and the options apart from each other', async () => {
        const { host, client } = await makeClient();
        const { id } = host.addActor('scraper');

        await client.actor('me/scraper').start({ url: 'x' }, { memory: 512 });

        expect(host.starts).toMatchObject([{ actorId: id, options: { memory: 512 }, origin: 'API' }]);
        expect(host.starts[0]!.input!.bytes.toString()).toBe('{"url":"x"}');
    });

    it('takes them in one object, as early documentation has it', async () => {
        const { host, client } = await makeClient();
        host.addActor('scraper', ['url']);

        await client.actor('scraper').start({ input: { url: 'x' }, build: 'latest', memory: 1024, timeout: 3600 });

        expect(host.starts[0]).toMatchObject({ options: { build: 'latest', memory: 1024, timeout: 3600 } });
        expect(host.starts[0]!.input!.bytes.toString()).toBe('{"url":"x"}');
    });

    it.each([
        { why: 'there are options beside it', input: { input: 1 }, options: {}, properties: undefined },
        {
            why: 'it has a key that is no option',
            input: { input: 1, url: 'x' },
            options: undefined,
            properties: undefined,
        },
        { why: 'the Actor expects an `input`', input: { input: 1 }, options: undefined, properties: ['input'] },
        { why: 'there is no `input` in it', input: { memory: 512 }, options: undefined, properties: undefined },
    ])('takes one object as the input itself when $why', async ({ input, options, properties }) => {
        const { host, client } = await makeClient();
        host.addActor('scraper', properties);

        await client.actor('scraper').start(input, options);

        expect(JSON.parse(host.starts[0]!.input!.bytes.toString())).toEqual(input);
        expect(host.starts[0]!.options).toEqual({});
    });

    it('returns plain data that knows how to wait', async () => {
        const { host, client } = await makeClient();
        host.addActor('scraper');

        const run = await client.actor('scraper').start();

        expect(Object.keys(run)).not.toContain('waitForFinish');
        expect(structuredClone(run)).toEqual(await client.run(run.id).get());
        await expect(run.waitForFinish()).resolves.toMatchObject({ id: run.id, status: 'SUCCEEDED' });
        expect(host.waits).toEqual([undefined]);
    });

    it('has no input when none is given', async () => {
        const { host, client } = await makeClient();
        host.addActor('scraper');

        await client.actor('scraper').start();

        expect(host.starts[0]!.input).toBeUndefined();
    });

    it('counts as started by an Actor when the client belongs to a run', async () => {
        const { host, client } = await makeClient({ runId: 'run1' });
        host.addActor('scraper');

        await client.actor('scraper').start();

        expect(host.starts[0]!.origin).toBe('ACTOR');
    });

    it.each([
        { options: { memroy: 512 }, code: 'unknown-option' },
        { options: null, code: 'invalid-value' },
        { options: { contentType: '' }, code: 'invalid-value' },
    ])('is refused with the options $options', async ({ options, code }) => {
        const { host, client } = await makeClient();
        host.addActor('scraper');

        await expect(client.actor('scraper').start({}, options as object)).rejects.toMatchObject({ code });
        expect(host.starts).toEqual([]);
    });

    it('is refused for an Actor that does not exist', async () => {
        const { client } = await makeClient();

        await expect(client.actor('nobody').start()).rejects.toMatchObject({ code: 'actor-not-found' });
    });
});

describe('calling an Actor', () => {
    it('returns the run when it has ended', async () => {
        const { host, client } = await makeClient();
        host.addActor('scraper');

        const run = await client.actor('scraper').call({ a: 1 }, { memory: 256, log: null });

        expect(run.status).toBe('SUCCEEDED');
        expect(host.starts[0]!.options).toEqual({ memory: 256 });
        expect(host.waits).toEqual([undefined]);
    });

    it('waits no longer than asked', async () => {
        const { host, client } = await makeClient();
        host.addActor('scraper');

        const run = await client.actor('scraper').call({ input: {}, waitSecs: 1.5 });

        expect(run.status).toBe('RUNNING');
        expect(host.waits).toEqual([1500]);
    });

    it('starts nothing when its signal is aborted already', async () => {
        const { host, client } = await makeClient();
        host.addActor('scraper');

        const call = client.actor('scraper').call({}, { signal: AbortSignal.abort() });

        await expect(call).rejects.toMatchObject({ name: 'AbortError' });
        expect(host.starts).toEqual([]);
    });
});

describe('an Actor', () => {
    it('is found by id, by name and by its owner and name', async () => {
        const { host, client } = await makeClient();
        const { id } = host.addActor('scraper');

        for (const reference of [id, 'scraper', 'me/scraper', 'me~scraper']) {
            await expect(client.actor(reference).get()).resolves.toMatchObject({ id });
        }
    });

    it('that does not exist is undefined, and cannot be changed', async () => {
        const { client } = await makeClient();
        const actor = client.actor('nobody');

        await expect(actor.get()).resolves.toBeUndefined();
        await expect(actor.delete()).resolves.toBeUndefined();
        await expect(actor.update({ title: 'x' })).rejects.toMatchObject({ code: 'actor-not-found' });
        await expect(actor.runs().list()).rejects.toMatchObject({ code: 'actor-not-found' });
        await expect(actor.lastRun().get()).resolves.toBeUndefined();
    });

    it('can be given another title', async () => {
        const { host, client } = await makeClient();
        host.addActor('scraper');

        await expect(client.actor('scraper').update({ title: 'Scraper' })).resolves.toMatchObject({ title: 'Scraper' });
    });

    it.each([
        { id: 'mine' },
        { name: 'a/b' },
        { name: 'me/scraper' },
        { isPublic: 'yes' },
        { defaultRunOptions: { memoryMbytes: 1000 } },
        undefined,
    ])('refuses to be updated with %j', async (fields) => {
        const { host, client } = await makeClient();
        const { id } = host.addActor('scraper');

        await expect(client.actor('scraper').update(fields as object)).rejects.toMatchObject({ statusCode: 400 });
        await expect(client.actor(id).get()).resolves.toMatchObject({ name: 'scraper', isPublic: false });
    });

    it('lists its own runs only', async () => {
        const { host, client } = await makeClient();
        const [one, other] = [host.addActor('one'), host.addActor('other')];
        const { id } = host.addRun(one);
        host.addRun(other);

        const { items } = await client.actor('one').runs().list();

        expect(items.map((run) => run.id)).toEqual([id]);
    });

    it('hands out a run of its own by id, but none of others', async () => {
        const { host, client } = await makeClient();
        const [one, other] = [host.addActor('one'), host.addActor('other')];
        const { id } = host.addRun(one);

        await expect(client.actor('one').run(id).get()).resolves.toMatchObject({ id });
        await expect(client.actor(one.id).run(id).get()).resolves.toMatchObject({ id });
        await expect(client.actor(other.id).run(id).get()).resolves.toBeUndefined();
    });

    it('knows its last run only when asked for it', async () => {
        const { host, client } = await makeClient();
        const actor = host.addActor('scraper');
        const lastRun = client.actor('scraper').lastRun();
        const lastFailed = client.actor('scraper').lastRun({ status: 'FAILED' });

        host.addRun(actor, { status: 'FAILED' });
        host.addRun(actor, { status: 'SUCCEEDED' });

        await expect(lastRun.get()).resolves.toMatchObject({ id: 'run2' });
        await expect(lastFailed.get()).resolves.toMatchObject({ id: 'run1' });
    });
});

describe('the list of Actors', () => {
    it('is ordered by creation, or by the last run', async () => {
        const { host, client } = await makeClient();
        const first = host.addActor('first');
        await host.clock.advance('1s');
        host.addActor('second');
        first.stats.lastRunStartedAt = new Date(host.now());

        const byCreation = await client.actors().list();
        const byRun = await client.actors().list({ sortBy: 'stats.lastRunStartedAt', my: true });

        expect(byCreation.items.map(({ name }) => name)).toEqual(['first', 'second']);
        expect(byRun.items.map(({ name }) => name)).toEqual(['second', 'first']);
    });
});
