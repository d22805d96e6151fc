import { ApifyApiError } from 'apify-client';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { addSchemaActor, inputSchema } from '../support/actors/schema-actor.js';
import { connectClient } from './connect-client.js';
import { errorOf, send } from './send.js';

const SCHEMA = inputSchema(
    {
        url: { type: 'string', editor: 'textfield' },
        max: { type: 'integer', default: 10 },
        password: { type: 'string', editor: 'textfield', isSecret: true },
    },
    { required: ['url'] },
);
const FIELDS = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };

async function withActor() {
    const engine = await makeEngine();
    await addSchemaActor(engine, {
        name: 'actor',
        input: SCHEMA,
        definition: {
            storages: {
                dataset: {
                    actorSpecification: 1,
                    fields: FIELDS,
                    views: { all: { transformation: { fields: ['n'] } } },
                },
                keyValueStore: { collections: { pictures: { title: 'Pictures', keyPrefix: 'p-' } } },
            },
        },
    });
    return { client: engine.client, remote: connectClient(engine.client) };
}

function post(body: string, contentType = 'application/json'): RequestInit {
    return { method: 'POST', body, headers: { 'content-type': contentType } };
}

describe('the input of an Actor over the API', () => {
    it.each(['acts', 'actors'])('is validated below /%s, without an envelope', async (prefix) => {
        const { client } = await withActor();

        const good = await send(client, `/${prefix}/local~actor/validate-input`, post('{"url":"a"}'));
        const bad = await send(client, `/${prefix}/actor/validate-input?build=latest`, post('{"max":"x"}'));

        expect(good).toMatchObject({ status: 200, body: { valid: true } });
        expect(bad).toMatchObject({
            status: 400,
            body: {
                error: {
                    type: 'invalid-input',
                    message: 'Input is not valid: Field input.url is required, Field input.max must be integer',
                },
            },
        });
        expect((await client.runs().list()).total).toBe(0);
    });

    it('is validated for the real client, by the named build', async () => {
        const { remote } = await withActor();

        expect(await remote.actor('actor').validateInput({ url: 'a' })).toBe(true);
        expect(await remote.actor('actor').validateInput('{"url":"a"}', { contentType: 'application/json' })).toBe(
            true,
        );
        await expect(remote.actor('actor').validateInput({})).rejects.toMatchObject({
            name: 'ApifyApiError',
            statusCode: 400,
            type: 'invalid-input',
            message: expect.stringContaining('Field input.url is required'),
        });
        await expect(remote.actor('actor').validateInput({}, { build: 'beta' })).rejects.toMatchObject({
            type: 'unknown-build-tag',
        });
        await expect(remote.actor('nobody').validateInput({})).rejects.toMatchObject({ statusCode: 404 });
    });

    it('is always valid without a schema', async () => {
        const engine = await makeEngine();
        await engine.addActor({ name: 'free', source: 'export default () => {};' });
        const remote = connectClient(engine.client);

        expect(await remote.actor('free').validateInput({ any: 'thing' })).toBe(true);
        expect(await remote.actor('free').validateInput([1, 2])).toBe(true);
        expect(await send(engine.client, '/acts/free/validate-input', { method: 'POST' })).toMatchObject({
            body: { valid: true },
        });
    });

    it('starts nothing if it is invalid', async () => {
        const { client, remote } = await withActor();

        const answer = await send(client, '/actors/actor/runs', post('{"max":5.5}'));
        const none = await send(client, '/actors/actor/runs', { method: 'POST' });
        const noObject = await send(client, '/actors/actor/runs', post('[]'));
        const noJson = await send(client, '/actors/actor/runs', post('{'));

        expect(answer.status).toBe(400);
        expect(errorOf(answer)).toEqual({
            type: 'invalid-input',
            message: 'Input is not valid: Field input.url is required, Field input.max must be integer',
            data: {
                fields: [
                    { field: 'url', message: 'Field input.url is required' },
                    { field: 'max', message: 'Field input.max must be integer' },
                ],
            },
        });
        for (const { status, ...rest } of [none, noObject, noJson]) {
            expect({ status, type: errorOf(rest as never).type }).toEqual({ status: 400, type: 'invalid-input' });
        }
        expect((await remote.runs().list()).total).toBe(0);
        expect((await remote.keyValueStores().list({ unnamed: true })).total).toBe(0);
    });

    it('gets defaults, and its secrets stay encrypted', async () => {
        const { remote } = await withActor();

        const run = await remote.actor('actor').call({ url: 'a', password: 'very-secret' }, { log: null });
        const store = remote.keyValueStore(run.defaultKeyValueStoreId);

        expect((await store.getRecord('INPUT'))?.value).toEqual({
            url: 'a',
            max: 10,
            password: expect.stringMatching(/^ENCRYPTED_VALUE:/),
        });
        expect((await store.getRecord('OUTPUT'))?.value).toEqual({
            input: { url: 'a', max: 10, password: 'very-secret' },
        });
    });
});

describe('The text of an input', () => {
    it.each([
        ['{ "url": "x", "max": 12345678901234567890 }', '{ "url": "x", "max": 12345678901234567890 }'],
        ['{"url":"x","id":12345678901234567890,"f":1.0}', '{"url":"x","id":12345678901234567890,"f":1.0,"max":10}'],
    ])('is unchanged by added defaults: %s', async (sent, stored) => {
        const { client } = await withActor();

        const answer = await send(client, '/actors/actor/runs?waitForFinish=60', post(sent));
        const { defaultKeyValueStoreId: id } = (answer.body as { data: { defaultKeyValueStoreId: string } }).data;
        const input = await client.keyValueStore(id).getRecord('INPUT', { buffer: true });

        expect(answer.status).toBe(201);
        expect(String(input?.value)).toBe(stored);
    });

    it('is unchanged beside an encrypted secret', async () => {
        const { client } = await withActor();
        const sent = '{"url":"x","password":"pass","id":12345678901234567890,"max":1}';

        const answer = await send(client, '/actors/actor/runs?waitForFinish=60', post(sent));
        const { defaultKeyValueStoreId: id } = (answer.body as { data: { defaultKeyValueStoreId: string } }).data;
        const input = String((await client.keyValueStore(id).getRecord('INPUT', { buffer: true }))?.value);

        expect(input).toMatch(/^{"url":"x","password":"ENCRYPTED_[^"]+","id":12345678901234567890,"max":1}$/);
    });
});

describe('a storage with a schema over the API', () => {
    it("rejects items with the platform's response", async () => {
        const { client, remote } = await withActor();
        const { defaultDatasetId } = await remote.actor('actor').call({ url: 'a' }, { log: null });

        const answer = await send(client, `/datasets/${defaultDatasetId}/items`, post('[{"n":1},{"n":"x"}]'));
        const thrown = await remote
            .dataset(defaultDatasetId)
            .pushItems([{ n: 1 }, { m: 2 }])
            .catch((error: unknown) => error);

        expect(answer).toMatchObject({
            status: 400,
            body: {
                error: {
                    type: 'schema-validation-error',
                    message: 'Schema validation failed',
                    data: {
                        invalidItems: [
                            {
                                itemPosition: 1,
                                validationErrors: [
                                    {
                                        instancePath: '/n',
                                        schemaPath: '#/properties/n/type',
                                        keyword: 'type',
                                        params: { type: 'number' },
                                        message: 'must be number',
                                    },
                                ],
                            },
                        ],
                    },
                },
            },
        });
        expect(thrown).toBeInstanceOf(ApifyApiError);
        expect(thrown).toMatchObject({
            type: 'schema-validation-error',
            data: { invalidItems: [{ itemPosition: 1, validationErrors: [{ keyword: 'required' }] }] },
        });
        expect((await remote.dataset(defaultDatasetId).listItems()).items).toEqual([]);
    });

    it('of a run shows its schema, and lists by a view and by a collection', async () => {
        const { client, remote } = await withActor();
        const run = await remote.actor('actor').call({ url: 'a' }, { log: null });
        await remote.dataset(run.defaultDatasetId).pushItems({ n: 1, more: 2 });
        const store = remote.keyValueStore(run.defaultKeyValueStoreId);
        await store.setRecord({ key: 'p-1', value: 'x', contentType: 'text/plain' });

        const viewed = await remote.dataset(run.defaultDatasetId).listItems({ view: 'all' });
        const keys = await store.listKeys({ collection: 'pictures' });
        const unknown = await send(client, `/key-value-stores/${run.defaultKeyValueStoreId}/keys?collection=films`);

        expect(viewed.items).toEqual([{ n: 1 }]);
        expect(keys.items.map(({ key }) => key)).toEqual(['p-1']);
        expect(unknown.status).toBe(400);
        expect(errorOf(unknown).type).toBe('invalid-collection');
        expect(await remote.dataset(run.defaultDatasetId).get()).toMatchObject({ schema: { fields: FIELDS } });
    });

    it('is created with one, and gets another', async () => {
        const { client, remote } = await withActor();

        const { id } = await remote.datasets().getOrCreate('checked', { schema: { fields: FIELDS } });
        await expect(remote.dataset(id).pushItems({ n: 'x' })).rejects.toMatchObject({
            type: 'schema-validation-error',
        });
        const put = { ...post('{"schema":{"fields":{"required":["m"]}}}'), method: 'PUT' };
        const answer = await send(client, `/datasets/${id}`, put);
        await remote.dataset(id).pushItems({ m: 'x' });
        const bad = await send(client, '/datasets?name=bad', post('{"schema":{"fields":{"type":"strin"}}}'));

        expect(answer).toMatchObject({ status: 200, body: { data: { schema: { fields: { required: ['m'] } } } } });
        await expect(remote.dataset(id).pushItems({ n: 1 })).rejects.toMatchObject({ type: 'schema-validation-error' });
        expect((await remote.dataset(id).listItems()).items).toEqual([{ m: 'x' }]);
        expect(bad.status).toBe(400);
        expect(await remote.dataset('local~bad').get()).toBeUndefined();
    });
});
