import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { openWebhookServer } from '../support/servers/webhook-server.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine, WebhookEventType } from 'greenroom';

const ENDS = `export default ({ input }) => { if (input?.fails) throw new Error('no luck'); return 'done'; };`;
const STAYS = 'setInterval(() => {}, 1000);';

function runEvents(): WebhookEventType[] {
    return [
        'ACTOR.RUN.CREATED',
        'ACTOR.RUN.SUCCEEDED',
        'ACTOR.RUN.FAILED',
        'ACTOR.RUN.ABORTED',
        'ACTOR.RUN.TIMED_OUT',
        'ACTOR.RUN.RESURRECTED',
    ];
}

/** Creates an engine with an Actor and a webhook for all events of its runs. */
async function setUp(source: string) {
    const engine = await makeEngine({ timeoutGraceSecs: 0 });
    const receiver = await openWebhookServer();
    await addSource(engine, source);
    const webhook = await engine.client
        .actor('under-test')
        .webhooks()
        .create({
            eventTypes: runEvents(),
            requestUrl: `${receiver.url}hook?secret=1`,
        });
    const types = () => receiver.received.map(({ body }) => body['eventType']);
    return { engine, receiver, webhook, types };
}

function delivered(engine: Engine, count: number): Promise<unknown> {
    return waitUntil(`${count} dispatches to be delivered`, async () => {
        const { items } = await engine.client.webhookDispatches().list();
        return items.filter(({ status }) => status !== 'ACTIVE').length >= count;
    });
}

describe('a webhook of an Actor', () => {
    it('sends the events of a run with its record', async () => {
        const { engine, receiver, webhook } = await setUp(ENDS);

        const run = await engine.call('under-test');
        const { method, path, headers, body } = await receiver.take(2);
        await delivered(engine, 2);

        const info = JSON.parse(JSON.stringify(await engine.client.run(run.id).get()));
        expect({ method, path }).toEqual({ method: 'POST', path: '/hook?secret=1' });
        expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-apify-webhook': 'true' });
        const [, dispatch] = (await engine.client.webhook(webhook.id).dispatches().list()).items;
        expect(headers['x-apify-webhook-dispatch-id']).toBe(dispatch!.id);
        expect(body).toEqual({
            userId: info.userId,
            createdAt: dispatch!.createdAt.toISOString(),
            eventType: 'ACTOR.RUN.SUCCEEDED',
            eventData: { actorId: info.actId, actorRunId: run.id },
            resource: info,
        });
        expect(dispatch).toMatchObject({
            webhookId: webhook.id,
            status: 'SUCCEEDED',
            webhook: { requestUrl: webhook.requestUrl, isAdHoc: false, condition: { actorId: info.actId } },
            calls: [{ errorMessage: null, responseStatus: 200, responseBody: 'taken' }],
        });
        expect(await engine.client.webhook(webhook.id).get()).toMatchObject({
            lastDispatch: { status: 'SUCCEEDED', finishedAt: dispatch!.calls[0]!.finishedAt },
            stats: { totalDispatches: 2 },
        });
    });

    it('reports failed and resurrected runs', async () => {
        const { engine, receiver, types } = await setUp(ENDS);

        const run = await engine.call('under-test', { fails: true });
        await receiver.take(2);
        await run.resurrect();
        await run.finished();
        await receiver.take(4);

        expect(types().toSorted()).toEqual([
            'ACTOR.RUN.CREATED',
            'ACTOR.RUN.FAILED',
            'ACTOR.RUN.FAILED',
            'ACTOR.RUN.RESURRECTED',
        ]);
    });

    it('reports aborted and timed-out runs', async () => {
        const { engine, receiver, types } = await setUp(STAYS);

        const aborted = await engine.start('under-test');
        await aborted.abort();
        await receiver.take(2);
        await engine.call('under-test', {}, { timeout: 0.1 });
        await receiver.take(4);

        expect(types().toSorted()).toEqual([
            'ACTOR.RUN.ABORTED',
            'ACTOR.RUN.CREATED',
            'ACTOR.RUN.CREATED',
            'ACTOR.RUN.TIMED_OUT',
        ]);
    });

    it('reports builds', async () => {
        const { engine, receiver, webhook } = await setUp(ENDS);
        await engine.client
            .webhook(webhook.id)
            .update({ eventTypes: ['ACTOR.BUILD.CREATED', 'ACTOR.BUILD.SUCCEEDED', 'ACTOR.BUILD.FAILED'] });

        const actor = await engine.addActor({ name: 'under-test', source: ENDS });
        await receiver.take(2);

        const { buildId } = actor.taggedBuilds['latest']!;
        const bodies = receiver.received.map(({ body }) => body);
        expect(bodies.map(({ eventType }) => eventType).toSorted()).toEqual([
            'ACTOR.BUILD.CREATED',
            'ACTOR.BUILD.SUCCEEDED',
        ]);
        for (const body of bodies) {
            expect(body['eventData']).toEqual({ actorId: actor.id, actorBuildId: buildId });
            expect(body['resource']).toMatchObject({ id: buildId, actId: actor.id });
        }
    });

    it('reports no other Actors and events, and nothing while it is disabled or deleted', async () => {
        const { engine, receiver, webhook, types } = await setUp(ENDS);
        const hook = engine.client.webhook(webhook.id);
        await addSource(engine, ENDS, 'other');
        await engine.call('other');
        await hook.update({ eventTypes: ['ACTOR.RUN.FAILED'] });
        await engine.call('under-test');
        await hook.update({ isEnabled: false });
        await engine.call('under-test', { fails: true });
        await hook.update({ isEnabled: true });

        await engine.call('under-test', { fails: true });
        await receiver.take();
        await hook.delete();
        await engine.call('under-test', { fails: true });

        expect(types()).toEqual(['ACTOR.RUN.FAILED']);
        expect((await engine.client.webhookDispatches().list()).total).toBe(0);
    });

    it('emits an engine event for each attempt', async () => {
        const { engine } = await setUp(ENDS);
        const heard: unknown[] = [];
        engine.on('webhook.dispatched', ({ dispatch }) => heard.push([dispatch.eventType, dispatch.status]));

        await engine.call('under-test');
        await waitUntil('both to be heard', () => heard.length === 2);

        expect(heard).toEqual(
            expect.arrayContaining([
                ['ACTOR.RUN.CREATED', 'SUCCEEDED'],
                ['ACTOR.RUN.SUCCEEDED', 'SUCCEEDED'],
            ]),
        );
    });
});

describe('an ad-hoc webhook', () => {
    const eventTypes = ['ACTOR.RUN.CREATED', 'ACTOR.RUN.SUCCEEDED'] as const;

    it('belongs to one run and sends one request for each type of event', async () => {
        const engine = await makeEngine();
        const receiver = await openWebhookServer();
        await addSource(engine, ENDS);

        const run = await engine.call('under-test', {}, { webhooks: [{ eventTypes, requestUrl: receiver.url }] });
        await receiver.take(2);
        await engine.call('under-test');
        await run.resurrect();
        await run.finished();
        await delivered(engine, 2);

        expect(receiver.received.map(({ body }) => body['eventType']).toSorted()).toEqual([...eventTypes]);
        expect((await engine.client.webhooks().list()).items).toMatchObject([
            { isAdHoc: true, condition: { actorRunId: run.id }, stats: { totalDispatches: 2 } },
        ]);
    });

    it('is removed with its run', async () => {
        const engine = await makeEngine();
        const receiver = await openWebhookServer();
        await addSource(engine, ENDS);
        const webhooks = [{ eventTypes, requestUrl: receiver.url }];

        const run = await engine.call('under-test', {}, { webhooks });
        await delivered(engine, 2);
        await engine.client.run(run.id).delete();

        expect((await engine.client.webhooks().list()).total).toBe(0);
        expect((await engine.client.webhookDispatches().list()).total).toBe(0);
    });

    it('delivers pending dispatches of a deleted run', async () => {
        const engine = await makeEngine();
        let taken = () => {};
        const receiver = await openWebhookServer({ answer: (response) => (taken = () => response.end()) });
        await addSource(engine, ENDS);
        const webhooks = [{ eventTypes: [eventTypes[1]], requestUrl: receiver.url }];

        const run = await engine.call('under-test', {}, { webhooks });
        await receiver.take();
        await engine.client.run(run.id).delete();

        expect((await engine.client.webhooks().list()).total).toBe(1);
        taken();
        await waitUntil('it to be gone', async () => (await engine.client.webhooks().list()).total === 0);
    });

    it('is created once for each idempotency key', async () => {
        const engine = await makeEngine();
        const receiver = await openWebhookServer();
        await addSource(engine, ENDS);
        const webhooks = [
            { eventTypes, requestUrl: receiver.url, idempotencyKey: 'once' },
            { eventTypes, requestUrl: receiver.url, idempotencyKey: 'once' },
        ];

        const run = await engine.call('under-test', {}, { webhooks });

        expect((await engine.client.webhooks().list()).items).toMatchObject([{ condition: { actorRunId: run.id } }]);
    });

    it.each<[object[], string, RegExp]>([
        [[{}], 'invalid-value', /options\.webhooks\[0\]\.eventTypes/],
        [[null as never], 'invalid-value', /options\.webhooks\[0\]/],
        [[{ eventTypes, requestUrl: 'nowhere' }], 'invalid-value', /options\.webhooks\[0\]\.requestUrl.*'nowhere'/],
        [[{ eventTypes, requestUrl: 'ftp://a.com' }], 'invalid-value', /http or https/],
        [[{ eventTypes: ['ACTOR.RUN.DONE'], requestUrl: 'http://a.com' }], 'invalid-value', /eventTypes\[0\]/],
        [[{ eventTypes, requestUrl: 'http://a.com', requestURL: '' }], 'unknown-option', /Did you mean `requestUrl`/],
        [
            [
                { eventTypes, requestUrl: 'http://a.com' },
                { eventTypes, requestUrl: 'http://a.com', payloadTemplate: '{"a":{{usrId}}}' },
            ],
            'invalid-value',
            /webhooks\[1\]\.payloadTemplate.*`usrId`.*Did you mean `userId`/,
        ],
    ])('prevents the start if it is invalid: %o', async (webhooks, code, message) => {
        const engine = await makeEngine();
        await addSource(engine, ENDS);

        const start = engine.start('under-test', {}, { webhooks });

        await expect(start).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
        expect((await engine.client.runs().list()).total).toBe(0);
        expect((await engine.client.webhooks().list()).total).toBe(0);
    });
});
