import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { openWebhookServer } from '../support/servers/webhook-server.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import { connectClient } from '../api/connect-client.js';
import type { Engine } from 'greenroom';

/*
 * The webhook methods of all clients: the engine's own, `apify-client` over the API, and those in Actors with the built-in and the
 * real SDK.
 */

/** A chain of client calls: `[['webhook', 'id'], ['get']]`. */
type Chain = [method: string, ...args: unknown[]][];
/** Performs call chains one after the other and returns their results. */
type Doer = (engine: Engine, chains: readonly Chain[]) => Promise<unknown[]>;
type AnyResource = Record<string, (...args: unknown[]) => AnyResource>;

/** An Actor that performs the calls in its input and stores the results. */
const CONTROLLER = `import { Actor } from 'apify';
    await Actor.init();
    const { chains } = await Actor.getInput();
    const results = [];
    for (const chain of chains) {
        let result = Actor.apifyClient ?? Actor.newClient();
        try {
            for (const [method, ...args] of chain) result = result[method](...args);
            result = await result;
            if (Array.isArray(result?.items)) result = { items: result.items, total: result.total };
        } catch (error) {
            result = { code: error.type ?? error.code, message: error.message };
        }
        results.push({ result });
    }
    await Actor.setValue('OUTPUT', { results });
    await Actor.exit();`;

async function doBy(client: unknown, chains: readonly Chain[]): Promise<unknown[]> {
    const results: unknown[] = [];
    for (const chain of chains) results.push(await doOneBy(client, chain));
    return results;
}

async function doOneBy(client: unknown, chain: Chain): Promise<unknown> {
    const call = (target: AnyResource, [method, ...args]: Chain[number]): AnyResource => target[method]!(...args);
    try {
        const result: unknown = chain.reduce(call, client as AnyResource);
        return await result;
    } catch (error) {
        const { type, code, message } = error as { type?: string; code?: string; message: string };
        return { code: type ?? code, message };
    }
}

async function doByActor(engine: Engine, name: string, chains: readonly Chain[]): Promise<unknown[]> {
    const run = await engine.call(name, { chains });
    const output = await run.output<{ results: { result?: unknown }[] }>();
    if (output === undefined) throw new Error(await run.log.text());
    return output.results.map(({ result }) => result);
}

const DOERS: Record<string, Doer> = {
    "the engine's client": (engine, chains) => doBy(engine.client, chains),
    'apify-client over the API': (engine, chains) => doBy(connectClient(engine.client), chains),
    'an Actor on the built-in SDK': async (engine, chains) =>
        doByActor(engine, await addSource(engine, CONTROLLER, 'controller'), chains),
    'an Actor on the real SDK': async (engine, chains) => doByActor(engine, await sdkController(engine), chains),
};

const sdkControllers = new WeakMap<Engine, Promise<string>>();

/** Returns the controller Actor of an engine. It is registered once, so that a prewarmed thread has loaded the SDK already. */
function sdkController(engine: Engine): Promise<string> {
    const known = sdkControllers.get(engine) ?? addSdkActor(engine, CONTROLLER);
    sdkControllers.set(engine, known);
    return known;
}

const REQUEST = { eventTypes: ['ACTOR.RUN.SUCCEEDED'], requestUrl: 'http://127.0.0.1:1/' };

describe.each(Object.keys(DOERS))('webhooks by %s:', (name) => {
    const doer = DOERS[name]!;

    async function setUp() {
        const engine = await makeEngine();
        const actor = await engine.addActor({ name: 'watched', source: 'export default () => {};' });
        // Independent calls share a run, since an Actor takes long to load the real SDK.
        const actAll = (...chains: Chain[]) => doer(engine, chains) as Promise<Record<string, unknown>[]>;
        const act = async (...chain: Chain) => (await actAll(chain))[0]!;
        const made = () => engine.client.webhooks().create({ ...REQUEST, condition: { actorId: actor.id } } as object);
        return { engine, actor, act, actAll, made };
    }

    it('are created', async () => {
        const { engine, actor, act } = await setUp();

        const webhook = await act(['webhooks'], ['create', { ...REQUEST, condition: { actorId: actor.id } }]);

        const kept = await engine.client.webhook(String(webhook['id'])).get();
        expect(JSON.parse(JSON.stringify(webhook))).toEqual(JSON.parse(JSON.stringify(kept)));
        expect(kept).toMatchObject({
            ...REQUEST,
            condition: { actorId: actor.id },
            userId: actor.userId,
            isAdHoc: false,
            ignoreSslErrors: false,
            doNotRetry: false,
            shouldInterpolateStrings: false,
            payloadTemplate: expect.stringContaining('"resource": {{resource}}'),
            lastDispatch: null,
            stats: { totalDispatches: 0 },
        });
    });

    it('are created once for each idempotency key', async () => {
        const { engine, actAll } = await setUp();
        const fields = { ...REQUEST, condition: { actorId: 'watched' }, idempotencyKey: 'key' };

        const [first, second] = await actAll(
            [['webhooks'], ['create', fields]],
            [['webhooks'], ['create', { ...fields, requestUrl: 'http://127.0.0.1:2/' }]],
        );

        expect(second).toMatchObject({ id: first!['id'], requestUrl: REQUEST.requestUrl });
        expect((await engine.client.webhooks().list()).total).toBe(1);
    });

    it('are read, and listed without their templates', async () => {
        const { actAll, made, actor } = await setUp();
        const { id } = await made();

        const [webhook, all, ofActor, nothing] = await actAll(
            [['webhook', id], ['get']],
            [['webhooks'], ['list', { limit: 5 }]],
            [['actor', actor.id], ['webhooks'], ['list', { limit: 5 }]],
            [['webhook', 'nothing'], ['get']],
        );

        expect(webhook).toMatchObject({ id, payloadTemplate: expect.any(String) });
        for (const { total, items } of [all, ofActor] as { total: number; items: object[] }[]) {
            expect(total).toBe(1);
            expect(items).toMatchObject([{ id, requestUrl: REQUEST.requestUrl, condition: { actorId: actor.id } }]);
            expect(items[0]).not.toHaveProperty('payloadTemplate');
        }
        expect(nothing).toBeUndefined();
    });

    it('are changed, except for omitted fields', async () => {
        const { engine, act, made } = await setUp();
        const { id } = await made();

        const answer = await act(['webhook', id], ['update', { doNotRetry: true, description: 'new' }]);

        expect(answer).toMatchObject({ id, ...REQUEST, doNotRetry: true, description: 'new' });
        expect(await engine.client.webhook(id).get()).toMatchObject({ ...REQUEST, doNotRetry: true });
    });

    it('are deleted', async () => {
        const { engine, act, made } = await setUp();
        const { id } = await made();

        await act(['webhook', id], ['delete']);

        expect(await engine.client.webhook(id).get()).toBeUndefined();
    });

    it('are tested, with readable dispatches', async () => {
        const { engine, act, actAll, actor } = await setUp();
        const receiver = await openWebhookServer();
        const condition = { actorId: actor.id };
        const { id } = await engine.client
            .webhooks()
            .create({ ...REQUEST, requestUrl: receiver.url, condition } as object);
        const run = await engine.call('watched');
        await receiver.take();

        const dispatch = await act(['webhook', id], ['test']);
        const { body } = await receiver.take(2);

        expect(dispatch).toMatchObject({
            webhookId: id,
            status: 'ACTIVE',
            eventType: 'TEST',
            eventData: condition,
            calls: [],
        });
        expect(body).toMatchObject({ eventType: 'TEST', eventData: condition, resource: { id: run.id } });
        const dispatchId = String(dispatch['id']);
        const [read, ofWebhook, all, nothing] = await actAll(
            [['webhookDispatch', dispatchId], ['get']],
            [['webhook', id], ['dispatches'], ['list', { desc: true }]],
            [['webhookDispatches'], ['list', { desc: true }]],
            [['webhookDispatch', 'nothing'], ['get']],
        );
        expect(read).toMatchObject({ id: dispatchId, webhookId: id });
        for (const { items } of [ofWebhook, all] as { items: object[] }[]) {
            expect(items).toMatchObject([{ id: dispatchId }, { eventType: 'ACTOR.RUN.SUCCEEDED' }]);
        }
        expect(nothing).toBeUndefined();
    });

    it('are rejected if they are invalid', async () => {
        const { act } = await setUp();

        const answer = await act(['webhooks'], ['create', { ...REQUEST, condition: {} }]);

        expect(answer).toMatchObject({ code: 'invalid-value', message: expect.stringContaining('condition') });
    });
});

describe.each(["the engine's client", 'apify-client over the API'])('a webhook for %s', (name) => {
    it.each<[object, string, RegExp]>([
        [{}, 'invalid-value', /eventTypes` is undefined, but must be an array/],
        [{ eventTypes: [] }, 'invalid-value', /eventTypes/],
        [{ eventTypes: ['ACTOR.RUN.SUCCEDED'] }, 'invalid-value', /Did you mean `ACTOR\.RUN\.SUCCEEDED`/],
        [{ condition: {} }, 'invalid-value', /condition.*It has none of them/],
        [{ condition: { actorName: 'x' } }, 'unknown-option', /actorName/],
        [{ condition: { actorId: 'nobody' } }, 'not-found', /nobody/],
        [{ condition: { actorRunId: 'nothing' } }, 'record-not-found', /nothing/],
        [{ requestUrl: '/relative' }, 'invalid-value', /requestUrl.*'\/relative'/],
        [{ payloadTemplate: '{"a":{{resorce}}}' }, 'invalid-value', /Did you mean `resource`/],
        [{ payloadTemplate: '{"a":' }, 'invalid-value', /valid JSON after its variables are replaced/],
        [{ headersTemplate: '{"a":5}' }, 'invalid-value', /headersTemplate\["a"\]/],
        [{ headersTemplate: '[]' }, 'invalid-value', /a JSON object of headers/],
        [{ doNotRetry: 'yes' }, 'invalid-value', /doNotRetry.*true or false/],
        [{ description: 5 }, 'invalid-value', /description/],
        [{ retries: 5 }, 'unknown-option', /retries/],
    ])('is rejected if it is invalid: %o', async (fields, code, message) => {
        const engine = await makeEngine();
        await addSource(engine, 'export default () => {};', 'watched');
        const whole =
            Object.keys(fields).length === 0 ? {} : { ...REQUEST, condition: { actorId: 'watched' }, ...fields };

        const [answer] = await DOERS[name]!(engine, [[['webhooks'], ['create', whole]]]);

        expect(answer).toMatchObject({
            code: expect.stringContaining(code),
            message: expect.stringMatching(message),
        });
        expect((await engine.client.webhooks().list()).total).toBe(0);
    });
});

describe('an Actor that adds a webhook to its run', () => {
    const ADDS = `import { Actor } from 'apify';
        await Actor.init();
        const { requestUrl } = await Actor.getInput();
        await Actor.addWebhook({ eventTypes: ['ACTOR.RUN.SUCCEEDED'], requestUrl, idempotencyKey: process.env.ACTOR_RUN_ID });
        await Actor.addWebhook({ eventTypes: ['ACTOR.RUN.SUCCEEDED'], requestUrl, idempotencyKey: process.env.ACTOR_RUN_ID });
        await Actor.exit('done');`;

    it.each(['the built-in SDK', 'the real SDK'])('gets a dispatch at its end, on %s', async (sdk) => {
        const engine = await makeEngine();
        const receiver = await openWebhookServer();
        const name = await (sdk === 'the real SDK' ? addSdkActor(engine, ADDS) : addSource(engine, ADDS));

        const run = await engine.call(name, { requestUrl: receiver.url });
        const { body } = await receiver.take();

        expect(run.status).toBe('SUCCEEDED');
        expect(body).toMatchObject({
            eventType: 'ACTOR.RUN.SUCCEEDED',
            resource: { id: run.id, status: 'SUCCEEDED', statusMessage: 'done' },
        });
        expect((await engine.client.webhooks().list()).items).toMatchObject([{ isAdHoc: true }]);
    });

    const STARTS = `import { Actor } from 'apify';
        await Actor.init();
        const { webhooks } = await Actor.getInput();
        await Actor.call('watched', {}, { webhooks });
        await Actor.exit();`;

    it.each(['the built-in SDK', 'the real SDK'])('can do so when it starts another run, on %s', async (sdk) => {
        const engine = await makeEngine();
        const receiver = await openWebhookServer();
        await addSource(engine, 'export default () => {};', 'watched');
        const name = await (sdk === 'the real SDK' ? addSdkActor(engine, STARTS) : addSource(engine, STARTS));

        const { status } = await engine.call(name, { webhooks: [{ ...REQUEST, requestUrl: receiver.url }] });

        expect(status).toBe('SUCCEEDED');
        expect((await receiver.take()).body).toMatchObject({ resource: { meta: { origin: 'ACTOR' } } });
    });
});
