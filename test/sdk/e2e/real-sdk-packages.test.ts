import { describe, expect, it } from 'vitest';
import { sdkActor } from '../../support/actors/sdk-actor.js';
import { outcomeOf, SharedEngine } from '../../support/actors/sdk-run.js';

// Each run has its own packages, so no other one could use a spare thread with them.
const shared = new SharedEngine({ prewarm: 0 });

describe('Actors with other packages', () => {
    it('use Crawlee alone', async () => {
        const run = await shared.run(
            `import { Dataset, KeyValueStore, RequestQueue, useState } from 'crawlee';
            const store = await KeyValueStore.open();
            await Dataset.pushData(await store.getValue('INPUT'));
            await store.setValue('OUTPUT', { a: 1 });
            const queue = await RequestQueue.open(); await queue.addRequest({ url: 'https://a.com' });
            await store.setValue('queue', (await queue.fetchNextRequest()).url);
            await (await Dataset.open('of-crawlee')).pushData({ b: 1 });`,
            { packages: ['crawlee'], input: { n: 1 } },
        );

        expect(await outcomeOf(run), await run.log.text()).toMatchObject({
            status: 'SUCCEEDED',
            items: [{ n: 1 }],
            records: { OUTPUT: { a: 1 }, queue: 'https://a.com' },
        });
        const { id } = await shared.engine.client.datasets().getOrCreate('of-crawlee');
        expect((await shared.engine.client.dataset(id).listItems()).items).toEqual([{ b: 1 }]);
        expect((await run.info()).stats.requestsTotal).toBe(1);
    });

    it('use Crawlee with the built-in SDK', async () => {
        const run = await shared.run(
            `import { Actor } from 'apify'; import { Dataset } from 'crawlee';
            await Actor.init();
            await Dataset.pushData({ by: 'crawlee' }); await Actor.pushData({ by: 'apify' });
            await Actor.exit('Both');`,
            { packages: ['crawlee'] },
        );

        expect(await outcomeOf(run), await run.log.text()).toMatchObject({
            statusMessage: 'Both',
            items: [{ by: 'crawlee' }, { by: 'apify' }],
        });
    });

    it('use Crawlee together with the SDK, with one configuration for both', async () => {
        const run = await shared.run(
            `import { Actor } from 'apify'; import { Dataset, KeyValueStore, Configuration } from 'crawlee';
            await Actor.init();
            await Dataset.pushData({ by: 'crawlee' }); await Actor.pushData({ by: 'apify' });
            await Actor.setValue('OUTPUT', [Configuration.getGlobalConfig() === Actor.config, await KeyValueStore.getInput?.()]);
            await Actor.exit();`,
            { packages: ['apify', 'crawlee'] },
        );

        expect(await outcomeOf(run)).toMatchObject({
            items: [{ by: 'crawlee' }, { by: 'apify' }],
            records: { OUTPUT: [true, null] },
        });
    });

    it('use a bare `apify-client`', async () => {
        const run = await shared.run(
            `import { ApifyClient } from 'apify-client';
            const client = new ApifyClient();
            await client.dataset(process.env.ACTOR_DEFAULT_DATASET_ID).pushItems([{ by: (await client.user().get()).username }]);
            const called = await client.actor('echo').call({ of: 'client' }, { log: null });
            const { value } = await client.keyValueStore(called.defaultKeyValueStoreId).getRecord('OUTPUT');
            await client.dataset(process.env.ACTOR_DEFAULT_DATASET_ID).pushItems(value);`,
            { packages: ['apify-client'], timeout: 15 },
        );

        expect(await outcomeOf(run), await run.log.text()).toMatchObject({
            status: 'SUCCEEDED',
            items: [{ by: 'local' }, { input: { of: 'client' } }],
        });
    });
});

describe('an SDK of another version', () => {
    const files = {
        'main.js': `import Apify from 'apify'; Apify.main(() => Apify.pushData({ of: 2 }));`,
        'node_modules/apify/package.json': '{"name":"apify","version":"2.3.2","main":"index.js"}',
        'node_modules/apify/index.js': `const { APIFY_TOKEN: token, APIFY_DEFAULT_DATASET_ID: id } = process.env;
            exports.main = (run) => setTimeout(() => run().then(() => process.exit(0)));
            exports.pushData = (item) => fetch('https://api.apify.com/v2/datasets/' + id + '/items', {
                method: 'POST',
                headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
                body: JSON.stringify(item),
            });`,
    };

    it.each(['thread', 'pooled', 'process'] as const)('reaches the engine in isolation %s', async (isolation) => {
        const { id } = await shared.engine.addActor(await sdkActor(files, { packages: [] }), { name: 'other-sdk' });

        // Also in a thread that has run it before.
        for (let count = 0; count < 2; count++) {
            const run = await shared.engine.call(id, undefined, { isolation });

            expect(run.status, await run.log.text()).toBe('SUCCEEDED');
            expect(await run.items()).toEqual([{ of: 2 }]);
        }
    });

    it('does not run inline, where it would end the process of the host', async () => {
        const { id } = await shared.engine.addActor(await sdkActor(files, { packages: [] }), { name: 'other-sdk' });

        const run = await shared.engine.call(id, undefined, { isolation: 'inline' });

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toContain('own SDK');
    });
});

describe('incompatible packages', () => {
    const SOURCE = `import { Actor } from 'apify'; await Actor.init();`;
    const manifest = (fields: object): string => JSON.stringify(fields);

    it('are refused if the dependencies of `apify` are not installed', async () => {
        const folder = await sdkActor(
            {
                'main.js': SOURCE,
                'node_modules/apify/package.json': manifest({ name: 'apify', version: '3.7.2', main: 'index.js' }),
                'node_modules/apify/index.js': '',
            },
            { packages: [] },
        );

        await expect(shared.engine.addActor(folder, { name: 'incomplete' })).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringMatching(/`@crawlee\/core`.*npm install/),
        });
    });

    it('are refused if Crawlee has another copy of the core', async () => {
        const core = 'node_modules/crawlee/node_modules/@crawlee/core';
        const folder = await sdkActor({
            'main.js': `${SOURCE} import 'crawlee';`,
            'package.json': manifest({ type: 'module', dependencies: { apify: '^3', crawlee: '3.11.5' } }),
            'node_modules/crawlee/package.json': manifest({
                name: 'crawlee',
                version: '3.11.5',
                dependencies: { '@crawlee/core': '3.11.5' },
            }),
            [`${core}/package.json`]: manifest({ name: '@crawlee/core', version: '3.11.5' }),
            [`${core}/index.js`]: '',
        });

        await expect(shared.engine.addActor(folder, { name: 'mismatched' })).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringMatching(/3\.11\.5.*npm dedupe/),
        });
    });
});
