import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import type { Engine } from 'greenroom';

/** An Actor that stores a record and items, and outputs their public URLs. */
const ACTOR = `import { Actor } from 'apify';
await Actor.init();
await Actor.pushData([{ n: 1 }, { n: 2 }]);
const urls = {};
for (const name of [undefined, 'named']) {
    const store = await Actor.openKeyValueStore(name);
    await store.setValue("it's", { in: name ?? 'default' });
    urls[name ?? 'default'] = store.getPublicUrl("it's");
}
const client = Actor.newClient();
const { ACTOR_DEFAULT_DATASET_ID: dataset, ACTOR_DEFAULT_KEY_VALUE_STORE_ID: store } = process.env;
urls.items = await client.dataset(dataset).createItemsPublicUrl({ limit: 1 });
urls.keys = await client.keyValueStore(store).createKeysPublicUrl({ prefix: 'it' });
urls.record = await client.keyValueStore(store).getRecordPublicUrl("it's");
await Actor.setValue('URLS', urls);
await Actor.exit();`;

const KINDS = {
    'the built-in SDK': (engine: Engine) => addSource(engine, ACTOR),
    'the real SDK': (engine: Engine) => addSdkActor(engine, ACTOR),
};

async function urlsOf(engine: Engine, kind: keyof typeof KINDS): Promise<Record<string, string>> {
    const run = await engine.call(await KINDS[kind](engine));
    const record = await run.keyValueStore.getRecord('URLS');
    return record!.value as Record<string, string>;
}

describe.each(Object.keys(KINDS) as (keyof typeof KINDS)[])('the public URLs of %s', (kind) => {
    it('are served by `listen` without a token, but not without their signature', async () => {
        const engine = await makeEngine();
        const { url } = await engine.listen();
        const urls = await urlsOf(engine, kind);

        const read = async (address: string): Promise<unknown> => (await fetch(address)).json();

        expect(Object.values(urls).every((one) => one.startsWith(url))).toBe(true);
        expect(await read(urls['default']!)).toEqual({ in: 'default' });
        expect(await read(urls['named']!)).toEqual({ in: 'named' });
        expect(await read(urls['record']!)).toEqual({ in: 'default' });
        expect(await read(urls['items']!)).toEqual([{ n: 1 }]);
        expect(await read(urls['keys']!)).toMatchObject({ data: { count: 1 } });
        for (const address of Object.values(urls)) {
            expect((await fetch(address.replace(/signature=./, 'signature=0'))).status).toBe(401);
            expect((await fetch(address.split('?')[0]!)).status).toBe(401);
        }
    });

    it('are served by `fetch` in the host and in Actors', async () => {
        const engine = await makeEngine();
        const urls = await urlsOf(engine, kind);

        const answers = await Promise.all(Object.values(urls).map((one) => engine.fetch(new Request(one))));

        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    });
});
