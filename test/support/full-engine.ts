import { addSource } from './make-engine.js';
import { perEvent } from './actors/priced-actor.js';
import { waitUntil } from './wait-until.js';
import type { Engine } from 'greenroom';

const SECRET_SCHEMA = {
    title: 'Input',
    type: 'object',
    schemaVersion: 1,
    properties: {
        password: { title: 'Password', description: 'Of it.', type: 'string', editor: 'textfield', isSecret: true },
    },
};

const WRITES_ALL = `import { Actor } from 'apify';
    await Actor.init();
    const input = await Actor.getInput();
    await Actor.pushData([{ n: 1 }, { n: 2, text: 'ž' }]);
    await Actor.setValue('OUTPUT', { got: input.password.length, token: process.env.TOKEN });
    await Actor.setValue('picture', Buffer.alloc(100_000, 7), { contentType: 'image/png' });
    const queue = await Actor.openRequestQueue();
    await queue.addRequest({ url: 'https://example.com/1' });
    await Actor.charge({ eventName: 'page', count: 2 });
    console.log('wrote all');
    await Actor.exit('done');`;

/** The ids of the run and the locked request that {@link fillEngine} creates. */
export interface Filled {
    runId: string;
    lockedId: string;
}

/** Fills an engine with records of every kind. Nothing listens at the address of the webhook. */
export async function fillEngine(engine: Engine): Promise<Filled> {
    const { client } = engine;
    await engine.addActor(
        {
            name: 'writes-all',
            sourceFiles: [
                { name: 'main.js', format: 'TEXT', content: WRITES_ALL },
                { name: 'package.json', format: 'TEXT', content: '{"type":"module","main":"main.js"}' },
                { name: '.actor/actor.json', format: 'TEXT', content: actorJson() },
            ],
        },
        { pricing: perEvent({ page: 0.01, 'apify-default-dataset-item': 0.001 }) },
    );
    await client
        .actor('writes-all')
        .version('0.1')
        .envVars()
        .create({ name: 'TOKEN', value: 's3cret', isSecret: true });
    await client.actor('writes-all').build('0.1', { waitForFinish: 60 });
    await engine.addActor({ name: 'doubles', run: ({ input }) => (input as { n: number }).n * 2 });
    await addSource(engine, 'export default () => new Promise(() => setInterval(() => {}, 1000));', 'sleeps');
    const webhook = { eventTypes: ['ACTOR.RUN.SUCCEEDED' as const], requestUrl: 'http://127.0.0.1:1/' };
    const { id: actorId } = (await client.actor('writes-all').get())!;
    await client.webhooks().create({ ...webhook, condition: { actorId } });
    await client.tasks().create({ actId: 'doubles', name: 'doubles-four', input: { n: 4 } });
    await client.schedules().create({
        name: 'hourly',
        cronExpression: '@hourly',
        isEnabled: true,
        isExclusive: false,
        actions: [{ type: 'RUN_ACTOR', actorId: 'doubles', runInput: { body: '{"n":1}' } }],
    });
    await client.user().updateLimits({ dataRetentionDays: 100 });
    const run = await engine.call('writes-all', { password: 'pass phrase' });
    await engine.storages.seed({
        datasets: { products: [{ sku: 'a' }, { sku: 'b' }] },
        keyValueStores: { config: { SETTINGS: { depth: 2 }, blob: Buffer.alloc(20_000, 1), note: 'text' } },
        requestQueues: { todo: ['https://example.com/a', 'https://example.com/b', 'https://example.com/c'] },
    });
    await waitUntil('the webhook to be tried', async () => {
        return (await client.webhookDispatches().list()).items[0]?.calls?.length === 1;
    });
    const queue = client.requestQueue('todo', { clientKey: 'locker' });
    const { items } = await queue.listAndLockHead({ limit: 1, lockSecs: 600 });
    return { runId: run.id, lockedId: items[0]!.id };
}

function actorJson(): string {
    return JSON.stringify({ actorSpecification: 1, name: 'writes-all', version: '0.1', input: SECRET_SCHEMA });
}

/** Returns everything that is visible through the client of an engine. */
export async function describeEngine({ client }: Engine): Promise<object> {
    const { items: runs } = await client.runs().list();
    const actors = (await client.actors().list()).items.map(({ name }) => name).toSorted();
    const todo = client.requestQueue('todo', { clientKey: 'other' });
    return {
        actors,
        builds: sorted((await client.builds().list()).items),
        runs: await Promise.all(runs.map(({ id }) => client.run(id).get())),
        logs: await Promise.all(runs.map(({ id }) => client.log(id).get())),
        items: await Promise.all(runs.map(async ({ id }) => (await client.run(id).dataset().listItems()).items)),
        outputs: await Promise.all(runs.map(({ id }) => client.run(id).keyValueStore().getRecord('OUTPUT'))),
        pictures: await Promise.all(runs.map(({ id }) => client.run(id).keyValueStore().getRecord('picture'))),
        requests: await Promise.all(
            runs.map(async ({ id }) => (await client.run(id).requestQueue().listRequests()).items),
        ),
        tasks: (await client.tasks().list()).items,
        schedules: (await client.schedules().list()).items,
        webhooks: (await client.webhooks().list()).items,
        dispatches: (await client.webhookDispatches().list()).items,
        limits: await client.user().limits(),
        datasets: sorted((await client.datasets().list({ unnamed: true })).items).map(({ id }) => id),
        stores: sorted((await client.keyValueStores().list({ unnamed: true })).items).map(({ id }) => id),
        queues: sorted((await client.requestQueues().list({ unnamed: true })).items).map(({ id }) => id),
        products: (await client.dataset('products').listItems()).items,
        settings: await client.keyValueStore('config').getRecord('SETTINGS'),
        blob: await client.keyValueStore('config').getRecord('blob'),
        note: await client.keyValueStore('config').getRecord('note'),
        head: (await todo.listHead()).items,
    };
}

function sorted<Item extends { id: string }>(items: readonly Item[]): Item[] {
    return items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
