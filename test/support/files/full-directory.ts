import { createEngine } from 'greenroom';
import { waitUntil } from '../wait-until.js';

const INPUT_SCHEMA = {
    title: 'Written',
    type: 'object',
    schemaVersion: 1,
    properties: {
        password: { title: 'Password', type: 'string', description: 'x', editor: 'textfield', isSecret: true },
    },
};

const SOURCE_FILES = [
    { name: 'main.js', content: 'module.exports = ({ log }) => { log.info("Written"); return 1; };' },
    { name: '.actor/actor.json', content: JSON.stringify({ actorSpecification: 1, name: 'written', version: '0.0' }) },
    { name: '.actor/input_schema.json', content: JSON.stringify(INPUT_SCHEMA) },
];

/** Fills a storage directory with a file of every kind, and closes it. */
export async function fillDirectory(storageDir: string): Promise<void> {
    const engine = await createEngine({ storageDir });
    const { client } = engine;
    try {
        const pricing = { pricingPerEvent: { actorChargeEvents: { page: { eventPriceUsd: 0.01 } } } };
        const { id: actorId } = await engine.addActor(
            {
                name: 'shop',
                run: async ({ Actor, log }) => {
                    log.info('Selling');
                    await Actor.pushData([{ sku: 'a' }, { sku: 'b' }, { sku: 'c' }]);
                    await Actor.setValue('page', '<p>hi</p>', { contentType: 'text/html' });
                    await Actor.charge({ eventName: 'page', count: 2 });
                    return { sold: 2 };
                },
            },
            { pricing },
        );
        await engine.addActor({ name: 'written', sourceFiles: SOURCE_FILES }, { snapshot: true });
        const webhook = await client.webhooks().create({
            eventTypes: ['ACTOR.RUN.SUCCEEDED'],
            requestUrl: 'http://127.0.0.1:9/done',
            condition: { actorId },
        });
        await engine.call('shop', {});
        await engine.call('shop', {});
        await waitUntil('a dispatch', async () => (await client.webhook(webhook.id).dispatches().list()).total > 0);
        await engine.call('written', { password: 'hidden' });
        await engine.storages.seed({
            datasets: { products: [{ sku: 1 }, { sku: 2 }, { sku: 3 }] },
            keyValueStores: { config: { SETTINGS: { depth: 2 }, other: 'text' } },
            requestQueues: { todo: ['https://a.example/1', 'https://a.example/2', 'https://a.example/3'] },
        });
        for (const name of ['one', 'two']) {
            await client.tasks().create({ actId: actorId, name, input: { fast: true } });
            await client.schedules().create({ name, cronExpression: '30 7 * * *', isEnabled: false, actions: [] });
        }
        await client.user('me').updateLimits({ maxMonthlyUsageUsd: 100 });
        await client
            .actor(actorId)
            .version('0.0')
            .envVars()
            .create({ name: 'SECRET', value: 'hidden', isSecret: true });
    } finally {
        await engine.close({ force: true });
    }
}
