import { ApifyClient } from 'apify-client';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { Engine, EngineOptions } from 'greenroom';

const USERS = [
    { username: 'alice', token: 'token-of-alice' },
    { username: 'bob', token: 'token-of-bob' },
] as const;
const [ALICE, BOB] = USERS;

const NOTES = `export default async ({ input, Actor }) => {
    await Actor.pushData({ by: process.env.APIFY_USER_ID });
    await Actor.setValue('OUTPUT', { input });
    if (input?.wait) await new Promise((resolve) => setTimeout(resolve, 60_000));
};`;
const INTRUDES = `export default async ({ input, Actor }) => {
    const client = Actor.newClient();
    const attempts = [
        () => client.dataset(input.datasetId).listItems(),
        () => client.dataset(input.datasetId).pushItems([{ intruder: true }]),
        () => client.run(input.runId).abort(),
        () => client.actor('alice/private').start(),
        () => Actor.call('alice/private'),
    ];
    for (const attempt of attempts) {
        const outcome = await attempt().then(() => 'done', (error) => error.statusCode ?? error.code);
        await Actor.pushData({ outcome });
    }
};`;

/** An engine of Alice and Bob, with the real client of each. */
async function open(options: EngineOptions = {}) {
    const engine = await makeEngine({ users: USERS, ...options });
    const { url } = await engine.listen();
    const connect = (token: string | undefined) => new ApifyClient({ baseUrl: url, token, maxRetries: 0 });
    return { engine, url, alice: connect(ALICE.token), bob: connect(BOB.token), nobody: connect(undefined) };
}

/** As {@link open}, with one of everything that Alice can have. */
async function withBelongings() {
    const opened = await open();
    const { engine, alice } = opened;
    const actor = await engine.addActor({ name: 'private', source: NOTES });
    const run = await alice.actor('private').call({}, { log: null });
    const dataset = await alice.datasets().getOrCreate('data');
    await alice.dataset(dataset.id).pushItems([{ n: 1 }]);
    const store = await alice.keyValueStores().getOrCreate('store');
    await alice.keyValueStore(store.id).setRecord({ key: 'k', value: 1 });
    const queue = await alice.requestQueues().getOrCreate('queue');
    const task = await alice.tasks().create({ actId: actor.id, name: 'task' });
    const schedule = await alice.schedules().create({
        name: 'schedule',
        cronExpression: '@daily',
        timezone: 'UTC',
        isEnabled: false,
        isExclusive: false,
        actions: [],
    });
    const webhook = await alice.webhooks().create({
        eventTypes: ['ACTOR.RUN.SUCCEEDED'],
        condition: { actorId: actor.id },
        requestUrl: 'http://127.0.0.1:9/',
    });
    return { ...opened, actor, run, dataset, store, queue, task, schedule, webhook };
}

type Belongings = Awaited<ReturnType<typeof withBelongings>>;

async function outcomeOf(attempt: Promise<unknown>): Promise<unknown> {
    return attempt.then(
        (value) => (value === undefined ? 'nothing' : 'done'),
        (error: { statusCode?: number; type?: string }) => `${error.statusCode} ${error.type}`,
    );
}

const REFUSED = '403 insufficient-permissions';

/** Operations on the resources of another user. */
const ATTEMPTS: Record<string, (client: ApifyClient, its: Belongings) => Promise<unknown>> = {
    'read an Actor': (client, { actor }) => client.actor(actor.id).get(),
    'read an Actor by name': (client) => client.actor('alice/private').get(),
    'change an Actor': (client, { actor }) => client.actor(actor.id).update({ title: 'mine' }),
    'delete an Actor': (client, { actor }) => client.actor(actor.id).delete(),
    'start an Actor': (client, { actor }) => client.actor(actor.id).start(),
    'build an Actor': (client, { actor }) => client.actor(actor.id).build('0.0'),
    'list the versions of an Actor': (client, { actor }) => client.actor(actor.id).versions().list(),
    'list the builds of an Actor': (client, { actor }) => client.actor(actor.id).builds().list(),
    'list the runs of an Actor': (client, { actor }) => client.actor(actor.id).runs().list(),
    'read a build': (client, { run }) => client.build(run.buildId).get(),
    'delete a build': (client, { run }) => client.build(run.buildId).delete(),
    'read a run': (client, { run }) => client.run(run.id).get(),
    'wait for a run': (client, { run }) => client.run(run.id).waitForFinish({ waitSecs: 1 }),
    'abort a run': (client, { run }) => client.run(run.id).abort(),
    'resurrect a run': (client, { run }) => client.run(run.id).resurrect(),
    'delete a run': (client, { run }) => client.run(run.id).delete(),
    'change a run': (client, { run }) => client.run(run.id).update({ statusMessage: 'mine' }),
    'read a log': (client, { run }) => client.log(run.id).get(),
    'read the dataset of a run': (client, { run }) => client.run(run.id).dataset().listItems(),
    'read the default dataset of a run': (client, { run }) => client.dataset(run.defaultDatasetId).listItems(),
    'read a dataset': (client, { dataset }) => client.dataset(dataset.id).get(),
    'read a dataset by name': (client) => client.dataset('alice/data').get(),
    'list the items of a dataset': (client, { dataset }) => client.dataset(dataset.id).listItems(),
    'push items to a dataset': (client, { dataset }) => client.dataset(dataset.id).pushItems([{ n: 2 }]),
    'rename a dataset': (client, { dataset }) => client.dataset(dataset.id).update({ name: 'mine' }),
    'delete a dataset': (client, { dataset }) => client.dataset(dataset.id).delete(),
    'read a store': (client, { store }) => client.keyValueStore(store.id).get(),
    'read a record': (client, { store }) => client.keyValueStore(store.id).getRecord('k'),
    'look for a record': (client, { store }) => client.keyValueStore(store.id).recordExists('k'),
    'list the keys of a store': (client, { store }) => client.keyValueStore(store.id).listKeys(),
    'write a record': (client, { store }) => client.keyValueStore(store.id).setRecord({ key: 'k', value: 2 }),
    'delete a record': (client, { store }) => client.keyValueStore(store.id).deleteRecord('k'),
    'read a queue': (client, { queue }) => client.requestQueue(queue.id).get(),
    'read the head of a queue': (client, { queue }) => client.requestQueue(queue.id).listHead(),
    'add to a queue': (client, { queue }) =>
        client.requestQueue(queue.id).addRequest({ url: 'http://a', uniqueKey: 'a' }),
    'lock the head of a queue': (client, { queue }) => client.requestQueue(queue.id).listAndLockHead({ lockSecs: 10 }),
    'delete a queue': (client, { queue }) => client.requestQueue(queue.id).delete(),
};

describe('Resources of another user', () => {
    it('are rejected for every operation, and unchanged', async () => {
        const its = await withBelongings();
        const outcomes: Record<string, unknown> = {};

        for (const [name, attempt] of Object.entries(ATTEMPTS)) outcomes[name] = await outcomeOf(attempt(its.bob, its));

        const { 'look for a record': look, ...others } = outcomes;
        // The answer to HEAD has no body that could say why.
        expect(look).toMatch(/^403 /);
        expect(others).toEqual(Object.fromEntries(Object.keys(others).map((name) => [name, REFUSED])));
        expect(await its.alice.dataset('data').listItems()).toMatchObject({ items: [{ n: 1 }] });
        expect((await its.alice.keyValueStore('store').getRecord('k'))?.value).toBe(1);
        expect(await its.alice.actor('private').get()).toMatchObject({ stats: { totalRuns: 1, totalBuilds: 1 } });
    });

    it("are rejected with the platform's messages", async () => {
        const { bob, dataset, store } = await withBelongings();

        await expect(bob.dataset(dataset.id).listItems()).rejects.toThrow(
            "Insufficient permissions for the dataset. Make sure you're passing a correct API token and that it has the required permissions.",
        );
        await expect(bob.keyValueStore(store.id).getRecord('k')).rejects.toThrow(
            "Insufficient permissions for the key-value store. Make sure you're passing a correct API token and that it has the required permissions.",
        );
    });

    it('are not found if they cannot be shared: tasks, schedules, webhooks', async () => {
        const { bob, actor, task, schedule, webhook } = await withBelongings();

        expect(await bob.task(task.id).get()).toBeUndefined();
        expect(await bob.schedule(schedule.id).get()).toBeUndefined();
        expect(await bob.webhook(webhook.id).get()).toBeUndefined();
        await expect(bob.task(task.id).start()).rejects.toMatchObject({ statusCode: 404 });
        await expect(bob.webhook(webhook.id).delete()).resolves.toBeUndefined();
        const spying = bob.webhooks().create({
            eventTypes: ['ACTOR.RUN.SUCCEEDED'],
            condition: { actorId: actor.id },
            requestUrl: 'http://127.0.0.1:9/',
        });
        await expect(spying).rejects.toMatchObject({ statusCode: 403 });
    });

    it('are in no list', async () => {
        const { alice, bob } = await withBelongings();
        const totals = async (client: ApifyClient) => [
            (await client.actors().list({ my: true })).total,
            (await client.runs().list()).total,
            (await client.datasets().list({ unnamed: true })).total,
            (await client.keyValueStores().list({ unnamed: true })).total,
            (await client.requestQueues().list({ unnamed: true })).total,
            (await client.tasks().list()).total,
            (await client.schedules().list()).total,
            (await client.webhooks().list()).total,
        ];

        expect(await totals(alice)).toEqual([1, 1, 2, 2, 2, 1, 1, 1]);
        expect(await totals(bob)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    });

    it('do not reserve their name', async () => {
        const { alice, bob, dataset, actor } = await withBelongings();

        const mine = await bob.datasets().getOrCreate('data');
        await bob.dataset('data').pushItems([{ bobs: true }]);
        const own = await bob.actors().create({ name: 'private' });

        expect(mine.id).not.toBe(dataset.id);
        expect(mine).toMatchObject({ name: 'data', username: 'bob' });
        expect(own).toMatchObject({ name: 'private', username: 'bob' });
        expect((await bob.dataset('bob/data').listItems()).items).toEqual([{ bobs: true }]);
        expect((await alice.dataset('data').listItems()).items).toEqual([{ n: 1 }]);
        expect((await alice.actor('private').get())?.id).toBe(actor.id);
        await expect(alice.actor('bob/private').get()).rejects.toMatchObject({ statusCode: 403 });
    });

    it('cannot be accessed from a run', async () => {
        const { engine, bob, dataset, run } = await withBelongings();
        const datasetId = dataset.id;
        await engine.addActor({ name: 'bob/intrudes', source: INTRUDES });

        const intruder = await bob.actor('intrudes').call({ datasetId, runId: run.id }, { log: null });

        expect(intruder.status).toBe('SUCCEEDED');
        const { items } = await bob.dataset(intruder.defaultDatasetId).listItems();
        expect(items.map(({ outcome }) => outcome)).toEqual([403, 403, 403, 403, 403]);
    });
});

describe('a public Actor', () => {
    it('is run by others as their own run, and its source stays private', async () => {
        const { engine, alice, bob } = await open();
        const { id } = await engine.addActor({ name: 'open', source: NOTES }, { isPublic: true });

        const run = await bob.actor('alice/open').call({ a: 1 }, { log: null });

        const me = await bob.user().get();
        expect(run).toMatchObject({ status: 'SUCCEEDED', actId: id, userId: me.id });
        expect((await bob.dataset(run.defaultDatasetId).listItems()).items).toEqual([{ by: me.id }]);
        expect(await bob.actor(id).get()).toMatchObject({ versions: [] });
        expect((await alice.actor(id).get())?.versions).toHaveLength(1);
        expect((await bob.actor(id).runs().list()).total).toBe(1);
        expect((await alice.actor(id).runs().list()).total).toBe(0);
        await expect(alice.run(run.id).get()).rejects.toMatchObject({ statusCode: 403 });
        await expect(bob.actor(id).update({ title: 'mine' })).rejects.toMatchObject({ statusCode: 403 });
        await expect(bob.actor(id).versions().list()).rejects.toMatchObject({ statusCode: 403 });
        expect((await bob.store().list()).items).toMatchObject([{ name: 'open', username: 'alice' }]);
    });

    it('triggers the webhooks of the user who started the run', async () => {
        const { engine, alice, bob } = await open();
        const { id } = await engine.addActor({ name: 'open', source: NOTES }, { isPublic: true });
        const hook = { eventTypes: ['ACTOR.RUN.SUCCEEDED' as const], requestUrl: 'http://127.0.0.1:9/' };
        const ofAlice = await alice.webhooks().create({ ...hook, condition: { actorId: id } });
        const ofBob = await bob.webhooks().create({ ...hook, condition: { actorId: id } });

        await bob.actor(id).call({}, { log: null });

        expect((await bob.webhook(ofBob.id).dispatches().list()).total).toBe(1);
        expect((await alice.webhook(ofAlice.id).dispatches().list()).total).toBe(0);
    });

    it('can be what the tasks and schedules of others start', async () => {
        const { engine, bob } = await open();
        const { id } = await engine.addActor({ name: 'open', source: NOTES }, { isPublic: true });
        const task = await bob.tasks().create({ actId: id, name: 'task' });

        const run = await bob.task('bob/task').call({});
        await engine.client.actor('open').update({ isPublic: false });

        expect(run).toMatchObject({ status: 'SUCCEEDED', actorTaskId: task.id });
        expect(await bob.task(task.id).get()).toMatchObject({ stats: { totalRuns: 1 } });
        await expect(bob.task(task.id).start()).rejects.toMatchObject({ statusCode: 403 });
    });
});

describe('A shared resource', () => {
    it('can be read by others, by id or name as configured, but not changed', async () => {
        const { alice, bob, nobody, dataset } = await withBelongings();
        await alice.dataset(dataset.id).update({ generalAccess: 'ANYONE_WITH_ID_CAN_READ' } as object);

        for (const other of [bob, nobody]) {
            expect((await other.dataset(dataset.id).listItems()).items).toEqual([{ n: 1 }]);
            expect(await other.dataset(dataset.id).get()).not.toHaveProperty('urlSigningSecretKey');
            await expect(other.dataset('alice/data').listItems()).rejects.toMatchObject({
                statusCode: other === bob ? 403 : 401,
            });
            await expect(other.dataset(dataset.id).pushItems([{ n: 2 }])).rejects.toMatchObject({
                statusCode: other === bob ? 403 : 401,
            });
        }
        await alice.dataset(dataset.id).update({ generalAccess: 'ANYONE_WITH_NAME_CAN_READ' } as object);
        for (const other of [bob, nobody]) {
            expect((await other.dataset('alice/data').listItems()).items).toEqual([{ n: 1 }]);
        }
        await alice.dataset(dataset.id).update({ generalAccess: 'RESTRICTED' } as object);
        await expect(bob.dataset(dataset.id).get()).rejects.toMatchObject({ statusCode: 403 });
        await expect(nobody.dataset(dataset.id).get()).rejects.toMatchObject({ statusCode: 401 });
    });

    it('is a run with its default storages and its log', async () => {
        const { alice, bob, nobody, run } = await withBelongings();
        await alice.run(run.id).update({ generalAccess: 'ANYONE_WITH_ID_CAN_READ' } as object);

        for (const other of [bob, nobody]) {
            expect(await other.run(run.id).get()).toMatchObject({ status: 'SUCCEEDED' });
            expect((await other.run(run.id).dataset().listItems()).items).toHaveLength(1);
            expect((await other.dataset(run.defaultDatasetId).listItems()).items).toHaveLength(1);
            expect((await other.run(run.id).keyValueStore().getRecord('OUTPUT'))?.value).toEqual({ input: {} });
            expect(await other.log(run.id).get()).toEqual(await alice.log(run.id).get());
            await expect(other.run(run.id).resurrect()).rejects.toMatchObject({
                statusCode: other === bob ? 403 : 401,
            });
        }
    });

    it('is accessible by its signed URL, also to another user', async () => {
        const { alice, bob, dataset, store } = await withBelongings();
        const urls = [
            await alice.dataset(dataset.id).createItemsPublicUrl(),
            await alice.keyValueStore(store.id).getRecordPublicUrl('k'),
            await alice.keyValueStore(store.id).createKeysPublicUrl(),
        ];
        const base = alice.baseUrl.replace('/v2', '');

        for (const url of urls) {
            const { pathname, search } = new URL(url);
            expect((await fetch(`${base}${pathname}${search}`)).status).toBe(200);
            expect((await fetch(`${base}${pathname}`)).status).toBe(401);
            expect((await fetch(`${base}${pathname}${search}&token=${BOB.token}`)).status).toBe(200);
            expect((await fetch(`${base}${pathname}${search}&token=wrong`)).status).toBe(401);
        }
        const [ofItems, ofRecord, ofKeys] = urls.map((url) => new URL(url).searchParams.get('signature')!);
        const [items, records] = [bob.dataset(dataset.id), bob.keyValueStore(store.id)];
        expect((await items.listItems({ signature: ofItems })).items).toEqual([{ n: 1 }]);
        expect(await records.getRecord('k', { signature: ofRecord })).toMatchObject({ value: 1 });
        await expect(items.listItems({ signature: ofKeys })).rejects.toMatchObject({ statusCode: 403 });
        await expect(records.getRecord('k', { signature: ofKeys })).rejects.toMatchObject({ statusCode: 403 });
    });
});

describe('Requests without a token', () => {
    it('can read a run by its id, without its cost, unless it is restricted', async () => {
        const { alice, nobody, run } = await withBelongings();

        const seen = await nobody.run(run.id).get();

        expect(seen).toMatchObject({ id: run.id, status: 'SUCCEEDED' });
        expect(seen).not.toHaveProperty('usageTotalUsd');
        expect(seen).not.toHaveProperty('usageUsd');
        expect(await nobody.log(run.id).get()).toBe(await alice.log(run.id).get());
        await alice.run(run.id).update({ generalAccess: 'RESTRICTED' } as object);
        await expect(nobody.run(run.id).get()).rejects.toMatchObject({ statusCode: 401, type: 'token-not-provided' });
        await expect(nobody.log(run.id).get()).rejects.toMatchObject({ statusCode: 401 });
    });

    it('reveal nothing else', async () => {
        const { nobody, dataset, run, actor } = await withBelongings();
        const attempts = [
            nobody.dataset(dataset.id).get(),
            nobody.dataset('data').get(),
            nobody.dataset('no-such-dataset').get(),
            nobody.dataset(run.defaultDatasetId).listItems(),
            nobody.run(run.id).dataset().listItems(),
            nobody.actor(actor.id).get(),
            nobody.datasets().list(),
            nobody.runs().list(),
        ];

        const outcomes = await Promise.all(attempts.map(outcomeOf));

        expect(outcomes).toEqual(attempts.map(() => '401 token-not-provided'));
    });
});

describe('the users of an engine', () => {
    it('are identified by their tokens, and know each other by name', async () => {
        const { engine, alice, bob } = await open();

        expect(engine.token).toBe(ALICE.token);
        expect(await engine.client.user().get()).toMatchObject({ username: 'alice' });
        expect(await alice.user().get()).toMatchObject({ username: 'alice' });
        expect(await bob.user().get()).toMatchObject({ username: 'bob' });
        expect(await bob.user('alice').get()).toMatchObject({ username: 'alice' });
        expect(await bob.user('alice').get()).not.toHaveProperty('plan');
        expect(await bob.user('carol').get()).toBeUndefined();
    });

    it('have their own counts and usage', async () => {
        const { alice, bob } = await withBelongings();

        const [hers, his] = [await alice.user().limits(), await bob.user().limits()];

        expect(hers?.current).toMatchObject({ actorCount: 1, actorTaskCount: 1, scheduleCount: 1 });
        expect(his?.current).toMatchObject({ actorCount: 0, actorTaskCount: 0, scheduleCount: 0 });
        expect((await alice.user().monthlyUsage())?.monthlyServiceUsage).toHaveProperty('DATASET_WRITES');
        expect((await bob.user().monthlyUsage())?.monthlyServiceUsage ?? {}).not.toHaveProperty('DATASET_WRITES');
    });

    it('have the Actors that are named after them', async () => {
        const { engine, alice, bob } = await open();

        await engine.addActor({ name: 'bob/scraper', source: NOTES });
        const run = await bob.actor('scraper').call({}, { log: null });

        expect((await bob.actors().list({ my: true })).items).toMatchObject([{ name: 'scraper', username: 'bob' }]);
        expect((await alice.actors().list({ my: true })).items).toEqual([]);
        await expect(engine.start('bob/scraper')).rejects.toMatchObject({ code: 'insufficient-permissions' });
        // The host of the engine has all of its runs.
        expect(await engine.run(run.id)?.items()).toHaveLength(1);
    });

    it('keep their data when the engine is opened again, in any order', async () => {
        const storageDir = await tempDir('greenroom-users-');
        const ids: Record<string, string[]> = {};
        const look = async (engine: Engine): Promise<Record<string, string[]>> => {
            const { url } = await engine.listen();
            const found: Record<string, string[]> = {};
            for (const { username, token } of USERS) {
                const client = new ApifyClient({ baseUrl: url, token, maxRetries: 0 });
                const lists = [
                    await client.datasets().list({ unnamed: true }),
                    await client.tasks().list(),
                    await client.webhooks().list(),
                    await client.schedules().list(),
                    await client.runs().list(),
                    await client.actors().list({ my: true }),
                ];
                found[username] = lists.flatMap(({ items }) => (items as { id: string }[]).map(({ id }) => id));
            }
            return found;
        };
        const first = await makeEngine({ storageDir, users: USERS });
        const { url } = await first.listen();
        for (const { username, token } of USERS) {
            const client = new ApifyClient({ baseUrl: url, token, maxRetries: 0 });
            const actor = await first.addActor({ name: `${username}/own`, source: NOTES });
            const run = await client.actor('own').call({}, { log: null });
            const dataset = await client.datasets().getOrCreate('data');
            const task = await client.tasks().create({ actId: actor.id, name: 'task' });
            const webhook = await client.webhooks().create({
                eventTypes: ['ACTOR.RUN.SUCCEEDED'],
                condition: { actorId: actor.id },
                requestUrl: 'http://127.0.0.1:9/',
            });
            ids[username] = [run.defaultDatasetId, dataset.id, task.id, webhook.id, run.id, actor.id];
        }
        await first.close();

        const again = await makeEngine({ storageDir, users: [BOB, ALICE] });

        expect(await look(again)).toEqual(ids);
    });

    it('leave their data to the first user when they are removed', async () => {
        const storageDir = await tempDir('greenroom-users-');
        const first = await makeEngine({ storageDir, users: USERS });
        const { url } = await first.listen();
        const bob = new ApifyClient({ baseUrl: url, token: BOB.token, maxRetries: 0 });
        const { id } = await bob.datasets().getOrCreate('left-behind');
        await first.close();

        const again = await makeEngine({ storageDir, username: 'alice' });

        expect((await again.client.dataset('left-behind').get())?.id).toBe(id);
    });

    it.each([
        [{ users: [] }, /at least one user/],
        [{ users: 'alice' }, /at least one user/],
        [{ users: [{}] }, /users\[0\]\.username/],
        [{ users: [{ username: 'A' }] }, /users\[0\]\.username/],
        [{ users: [{ username: 'alice', token: 1 }] }, /users\[0\]\.token/],
        [{ users: [{ username: 'alice', tokn: 'a' }] }, /Did you mean `token`/],
        [{ users: [{ username: 'alice' }, { username: 'alice' }] }, /the same username/],
        [{ users: [ALICE, { username: 'bob', token: ALICE.token }] }, /the same token/],
        [{ users: [ALICE], token: 'other' }, /`options\.token`/],
        [{ users: [ALICE], username: 'other' }, /`options\.username`/],
        [{ users: [null] }, /users\[0\]/],
    ])('are rejected: %j', async (options, message) => {
        await expect(makeEngine(options as EngineOptions)).rejects.toThrow(message);
    });
});
