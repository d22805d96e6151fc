import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../../support/make-engine.js';
import { openWebhookServer } from '../../support/servers/webhook-server.js';
import { connectClient } from '../connect-client.js';
import { errorOf, send, type Answer } from '../send.js';

const SOURCE = 'export default () => {};';
const FIELDS = { eventTypes: ['ACTOR.RUN.SUCCEEDED'], requestUrl: 'http://127.0.0.1:1/' };

async function setUp() {
    const engine = await makeEngine();
    const actor = await engine.addActor({ name: 'watched', source: SOURCE });
    const post = (path: string, body: unknown = {}) =>
        send(engine.client, path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
    const fields = { ...FIELDS, condition: { actorId: actor.id } };
    return { engine, actor, fields, post, client: engine.client };
}

function dataOf({ body }: Answer): { id: string } {
    return (body as { data: { id: string } }).data;
}

describe('the routes of webhooks', () => {
    it('create one with 201 and its location', async () => {
        const { client, post, fields } = await setUp();

        const answer = await post('/webhooks', fields);

        expect(answer.status).toBe(201);
        const { id } = dataOf(answer);
        expect(answer.headers.get('location')).toBe(`http://engine.invalid/v2/webhooks/${id}`);
        expect(dataOf(await send(client, `/webhooks/${id}`))).toEqual(dataOf(answer));
    });

    it('list them in the envelope of pages', async () => {
        const { client, post, fields, actor } = await setUp();
        for (let count = 0; count < 3; count += 1) await post('/webhooks', fields);

        for (const path of ['/webhooks', `/actors/${actor.id}/webhooks`, '/acts/local~watched/webhooks']) {
            const answer = await send(client, `${path}?offset=1&limit=1&desc=1`);

            expect(answer.status).toBe(200);
            expect(dataOf(answer)).toMatchObject({
                total: 3,
                offset: 1,
                limit: 1,
                count: 1,
                desc: true,
                items: [FIELDS],
            });
        }
    });

    it('update and delete one', async () => {
        const { client, post, fields } = await setUp();
        const { id } = dataOf(await post('/webhooks', fields));
        const body = JSON.stringify({ description: 'new', payloadTemplate: null, condition: null });

        const put = await send(client, `/webhooks/${id}`, { method: 'PUT', body });
        const deleted = await send(client, `/webhooks/${id}`, { method: 'DELETE' });

        expect(put).toMatchObject({ status: 200, body: { data: { ...fields, description: 'new' } } });
        expect(deleted).toMatchObject({ status: 204, body: '' });
        expect((await send(client, `/webhooks/${id}`)).status).toBe(404);
    });

    it('test one with 201', async () => {
        const { client, post, fields } = await setUp();
        const { id } = dataOf(await post('/webhooks', fields));

        const answer = await post(`/webhooks/${id}/test`, '');
        const dispatch = dataOf(answer);

        expect(answer.status).toBe(201);
        expect(dispatch).toMatchObject({ webhookId: id, eventType: 'TEST', status: 'ACTIVE' });
        expect(await send(client, `/webhook-dispatches/${dispatch.id}`)).toMatchObject({ status: 200 });
        for (const path of [`/webhooks/${id}/dispatches`, '/webhook-dispatches']) {
            expect(dataOf(await send(client, path))).toMatchObject({
                total: 1,
                count: 1,
                items: [{ id: dispatch.id }],
            });
        }
    });

    it('name the Actor in the event of a test for each condition, also before the first run', async () => {
        const { client, actor, post } = await setUp();
        const test = async (condition: object) => {
            const { id } = dataOf(await post('/webhooks', { ...FIELDS, condition }));
            return (dataOf(await post(`/webhooks/${id}/test`, '')) as unknown as { eventData: object }).eventData;
        };
        const task = await client.tasks().create({ actId: actor.id, name: 'nightly' });

        expect(await test({ actorId: actor.id })).toEqual({ actorId: actor.id });
        expect(await test({ actorTaskId: task.id })).toEqual({ actorId: actor.id, actorTaskId: task.id });
        const { id } = await client.task(task.id).call();
        const ofRun = { actorId: actor.id, actorTaskId: task.id, actorRunId: id };
        for (const condition of [{ actorRunId: id }, { actorTaskId: task.id }, { actorId: actor.id }]) {
            expect(await test(condition)).toEqual(ofRun);
        }
    });

    it.each([
        ['GET', '/webhooks/nothing'],
        ['PUT', '/webhooks/nothing'],
        ['DELETE', '/webhooks/nothing'],
        ['POST', '/webhooks/nothing/test'],
        ['GET', '/webhooks/nothing/dispatches'],
        ['GET', '/webhook-dispatches/nothing'],
        ['GET', '/actors/nobody/webhooks'],
        ['POST', '/actors/nobody/webhooks'],
    ])('respond with 404 for a missing one: %s %s', async (method, path) => {
        const { client } = await setUp();

        const answer = await send(client, path, { method, ...(method !== 'GET' && { body: '{}' }) });

        expect(answer.status).toBe(404);
        expect(errorOf(answer).type).toBe('record-not-found');
    });

    it.each([
        ['', /no body/],
        ['[]', /an object of fields/],
        ['{"eventTypes":["ACTOR.RUN.DONE"]}', /eventTypes/],
    ])('reject an invalid body: %s', async (body, message) => {
        const { post, client } = await setUp();

        const answer = await post('/webhooks', body);

        expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid-value' } } });
        expect(errorOf(answer).message).toMatch(message);
        expect((await client.webhooks().list()).total).toBe(0);
    });

    it('limit a user to a hundred, except those of single runs', async () => {
        const { post, fields, engine } = await setUp();
        for (let count = 0; count < 100; count += 1) expect((await post('/webhooks', fields)).status).toBe(201);

        const answer = await post('/webhooks', fields);

        expect(answer).toMatchObject({ status: 403, body: { error: { type: 'too-many-webhooks' } } });
        await engine.call('watched', {}, { webhooks: [FIELDS as object] });
        expect((await engine.client.webhooks().list()).total).toBe(101);
    });

    it('accept webhooks of an Actor without a condition, as `apify-client` sends them', async () => {
        const { client, actor } = await setUp();

        const webhook = await connectClient(client)
            .actor('local/watched')
            .webhooks()
            .create(FIELDS as object);

        expect(webhook.condition).toEqual({ actorId: actor.id });
    });
});

describe('the start of a run over the API', () => {
    it('accepts ad-hoc webhooks as JSON in Base64', async () => {
        const { client } = await setUp();
        const receiver = await openWebhookServer();
        const webhooks = [{ eventTypes: ['ACTOR.RUN.SUCCEEDED'], requestUrl: receiver.url }];
        const encoded = Buffer.from(JSON.stringify(webhooks)).toString('base64');

        const answer = await send(client, `/acts/local~watched/runs?webhooks=${encodeURIComponent(encoded)}`, {
            method: 'POST',
        });

        expect(answer.status).toBe(201);
        expect((await receiver.take()).body).toMatchObject({ eventData: { actorRunId: dataOf(answer).id } });
    });

    it('accepts them from `apify-client`', async () => {
        const engine = await makeEngine();
        const receiver = await openWebhookServer();
        await addSource(engine, SOURCE);
        const remote = connectClient(engine.client);

        const run = await remote.actor('local/under-test').call(undefined, {
            log: null,
            webhooks: [
                {
                    eventTypes: ['ACTOR.RUN.SUCCEEDED'],
                    requestUrl: receiver.url,
                    payloadTemplate: '{"id":{{resource.id}}}',
                },
            ],
        });

        expect((await receiver.take()).body).toEqual({ id: run.id });
    });

    it('is rejected with invalid ones', async () => {
        const { client } = await setUp();
        const encoded = Buffer.from(JSON.stringify([{ eventTypes: ['ACTOR.RUN.SUCCEEDED'] }])).toString('base64');

        const answer = await send(client, `/acts/local~watched/runs?webhooks=${encoded}`, { method: 'POST' });

        expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid-value' } } });
        expect(errorOf(answer).message).toContain('webhooks[0].requestUrl');
        expect((await client.runs().list()).total).toBe(0);
    });
});
