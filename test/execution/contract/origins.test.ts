import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../../support/make-engine.js';
import { addSdkActor } from '../../support/actors/sdk-actor.js';
import { connectClient } from '../../api/connect-client.js';
import { able, engineFor, type Mode } from './modes.js';

/** Logs the origin of its run. */
const TELLS_ORIGIN = `export default () => process.env.APIFY_META_ORIGIN ?? 'nothing';`;

/** Starts another Actor in every way that the SDK supports. */
const STARTS_OTHERS = `import { Actor, ApifyClient } from 'apify';
    await Actor.init();
    await Actor.call('called');
    const { id } = await Actor.start('called');
    await Actor.apifyClient.run(id).waitForFinish();
    await Actor.apifyClient.actor('called').call();
    await Actor.newClient().actor('called').call();
    await Actor.exit();`;

/** Ways that only the real SDK has, and one without SDK. */
const SENDS_REQUESTS = `import { Actor, ApifyClient } from 'apify';
    await Actor.init();
    await new ApifyClient({ token: 'any' }).actor('called').call();
    const url = process.env.APIFY_API_BASE_URL + '/v2/acts/called/runs?waitForFinish=60';
    const response = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer ' + process.env.APIFY_TOKEN } });
    if (!response.ok) throw new Error('The API answers ' + response.status);
    await Actor.exit();`;

const ADDERS = { 'the built-in SDK': addSource, 'the real SDK': addSdkActor };
type Sdk = keyof typeof ADDERS;
const WAYS = { 'by the SDK': STARTS_OTHERS, 'by requests': SENDS_REQUESTS };

type Case = [mode: Mode, sdk: Sdk, way: keyof typeof WAYS];

const CASES: Case[] = [
    ...able().map((mode): Case => [mode, 'the built-in SDK', 'by the SDK']),
    ...able('ownSdk').map((mode): Case => [mode, 'the real SDK', 'by the SDK']),
    ...able('ownSdk').map((mode): Case => [mode, 'the real SDK', 'by requests']),
];

describe('the origin of a run', () => {
    it.each(CASES)('is ACTOR if an Actor starts it: %s, %s, %s', async (mode, sdk, way) => {
        const engine = await engineFor(mode);
        await addSource(engine, TELLS_ORIGIN, 'called');

        const caller = await engine.call(await ADDERS[sdk](engine, WAYS[way]));

        const { status, statusMessage, meta } = await caller.info();
        expect({ status, statusMessage, meta }).toMatchObject({ status: 'SUCCEEDED', meta: { origin: 'API' } });
        const { items } = await engine.client.actor('called').runs().list();
        expect(items.length).toBeGreaterThan(1);
        expect(items.map(({ status: ended, meta: { origin } }) => [ended, origin])).toEqual(
            items.map(() => ['SUCCEEDED', 'ACTOR']),
        );
    });

    it('is ACTOR if a function Actor starts it', async () => {
        const engine = await makeEngine();
        await addSource(engine, TELLS_ORIGIN, 'called');
        await engine.addActor({ name: 'caller', run: async ({ Actor }) => void (await Actor.call('called')) });

        await engine.call('caller');

        expect((await engine.client.actor('called').lastRun().get())?.meta.origin).toBe('ACTOR');
    });

    it('is API if an external client starts it, and the Actor sees it', async () => {
        const engine = await makeEngine();
        await addSource(engine, TELLS_ORIGIN, 'called');
        const remote = connectClient(engine.client);

        const runs = [
            await engine.call('called'),
            await engine.start('called'),
            await engine.client.actor('called').call(),
            await engine.client.actor('called').start(),
            await remote.actor('called').call(),
            await remote.actor('called').start(),
        ];

        for (const { id } of runs) {
            const run = engine.run(id)!;
            expect((await run.finished()).meta.origin).toBe('API');
            expect(await run.output()).toBe('API');
        }
    });

    it('does not change when the run is resurrected', async () => {
        const engine = await makeEngine();
        await addSource(engine, TELLS_ORIGIN, 'called');
        await engine.addActor({ name: 'caller', run: async ({ Actor }) => void (await Actor.call('called')) });
        await engine.call('caller');
        const { id } = (await engine.client.actor('called').lastRun().get())!;

        await engine.client.run(id).resurrect();
        const { meta, stats } = await engine.client.run(id).waitForFinish();

        expect({ meta, stats }).toMatchObject({ meta: { origin: 'ACTOR' }, stats: { resurrectCount: 1 } });
    });

    it('selects the last run', async () => {
        const engine = await makeEngine();
        await addSource(engine, TELLS_ORIGIN, 'called');
        await engine.addActor({ name: 'caller', run: async ({ Actor }) => void (await Actor.call('called')) });
        const byHand = await engine.call('called');
        await engine.call('caller');
        const actor = engine.client.actor('called');

        const last = await actor.lastRun().get();

        expect(last?.id).not.toBe(byHand.id);
        expect((await actor.lastRun({ origin: 'API' }).get())?.id).toBe(byHand.id);
        expect((await actor.lastRun({ origin: 'ACTOR', status: 'SUCCEEDED' }).get())?.id).toBe(last?.id);
        expect(await actor.lastRun({ origin: 'ACTOR', status: 'FAILED' }).get()).toBeUndefined();
        expect(await actor.lastRun({ origin: 'SCHEDULER' }).get()).toBeUndefined();
    });
});
