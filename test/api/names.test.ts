import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { errorOf, send } from './send.js';
import type { Client, Engine } from 'greenroom';

const KINDS = [
    { path: 'datasets', one: 'dataset', all: 'datasets' },
    { path: 'key-value-stores', one: 'keyValueStore', all: 'keyValueStores' },
    { path: 'request-queues', one: 'requestQueue', all: 'requestQueues' },
] as const;

/** The forms of a reference to something of the user, in another case than its name. */
function formsOf(name: string, { id, username }: { id: string; username: string }): string[] {
    const other = name.toUpperCase();
    return [other, `~${other}`, `${username}~${other}`, `${username}/${other}`, `${id}~${other}`, `${id}/${name}`];
}

async function open(): Promise<{ engine: Engine; client: Client; user: { id: string; username: string } }> {
    const engine = await makeEngine({ users: [{ username: 'alice' }, { username: 'bob', token: 'of-bob' }] });
    const { id, username } = (await engine.client.user().get()) as { id: string; username: string };
    return { engine, client: engine.client, user: { id, username } };
}

describe('a name', () => {
    it.each(KINDS)('finds $one in any case, by username and by the id of the user', async ({ path, one, all }) => {
        const { client, user } = await open();
        const { id } = await client[all]().getOrCreate('My-Data');

        for (const reference of formsOf('My-Data', user)) {
            expect(await client[one](reference).get(), reference).toMatchObject({ id, name: 'My-Data' });
            if (reference.includes('/')) continue;
            expect(await send(client, `/${path}/${reference}`)).toMatchObject({ status: 200, body: { data: { id } } });
        }
        expect(await client[one]('bob~my-data').get()).toBeUndefined();
    });

    it.each(KINDS)('is unique for each $one without regard to case', async ({ path, one, all }) => {
        const { client } = await open();
        const { id } = await client[all]().getOrCreate('Foo');
        const other = await client[all]().getOrCreate('other');

        expect((await client[all]().getOrCreate('foo')).id).toBe(id);
        expect(await send(client, `/${path}?name=FOO`, { method: 'POST' })).toMatchObject({
            status: 200,
            body: { data: { id, name: 'Foo' } },
        });
        await expect(client[one](other.id).update({ name: 'fOO' })).rejects.toMatchObject({ code: 'name-not-unique' });
        expect(await client[one](id).update({ name: 'foo' })).toMatchObject({ id, name: 'foo' });
        expect(await client[one]('FOO').get()).toMatchObject({ id });
        await client[one](id).update({ name: null });
        expect(await client[one]('foo').get()).toBeUndefined();
    });

    it('finds an Actor and a task in any case, also to start them', async () => {
        const { engine, client, user } = await open();
        const { id } = await engine.addActor({ name: 'My-Actor', run: async ({ input }) => input });
        const task = await client.tasks().create({ actId: 'MY-ACTOR', name: 'My-Task' });

        for (const reference of formsOf('My-Actor', user)) {
            expect(await client.actor(reference).get(), reference).toMatchObject({ id });
            expect((await engine.call(reference, { n: 1 })).status).toBe('SUCCEEDED');
        }
        for (const reference of formsOf('My-Task', user)) {
            expect(await client.task(reference).get(), reference).toMatchObject({ id: task.id });
        }
        expect(await client.task('my-task').call()).toMatchObject({ status: 'SUCCEEDED', actorTaskId: task.id });
        expect((await client.actor('my-actor').runs().list()).total).toBe(7);
        expect(await send(client, '/acts/my-actor/runs/last')).toMatchObject({ status: 200 });
    });

    it('is unique for Actors, tasks and schedules without regard to case', async () => {
        const { engine, client } = await open();
        const { id } = await client.actors().create({ name: 'Foo' });
        const other = await client.actors().create({ name: 'other' });
        await client.tasks().create({ actId: id, name: 'nightly' });
        await expect(client.tasks().create({ actId: id, name: 'NIGHTLY' })).rejects.toMatchObject({
            code: 'actor-task-name-not-unique',
        });

        await expect(client.actors().create({ name: 'foo' })).rejects.toMatchObject({ code: 'actor-name-not-unique' });
        await expect(client.actor(other.id).update({ name: 'FOO' })).rejects.toMatchObject({
            code: 'actor-name-not-unique',
        });
        expect(await client.actor(id).update({ name: 'foo' })).toMatchObject({ id, name: 'foo' });
        expect((await engine.addActor({ name: 'FOO', run: async () => {} })).id).toBe(id);
        await client.actor('Foo').delete();
        expect(await client.actor(id).get()).toBeUndefined();
        expect(await client.actors().create({ name: 'fOO' })).toMatchObject({ name: 'fOO' });
    });

    it.each(KINDS)('of a $one cannot be empty', async ({ path }) => {
        const { client } = await open();

        const answer = await send(client, `/${path}?name=`, { method: 'POST' });

        expect(answer.status).toBe(400);
        expect(errorOf(answer).message).toContain('Resource name parameter cannot be empty');
        expect((await send(client, `/${path}`, { method: 'POST' })).status).toBe(201);
    });
});

describe('a filter by status', () => {
    it.each(['/actor-runs?status=DONE', '/actor-runs?status=SUCCEEDED,DONE', '/acts/some/runs/last?status=done'])(
        'is refused as on the platform: %s',
        async (path) => {
            const { engine, client } = await open();
            await engine.addActor({ name: 'some', run: async () => {} });

            const answer = await send(client, path);

            expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid-request' } } });
        },
    );
});
