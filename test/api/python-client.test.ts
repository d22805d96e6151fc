import { gzipSync } from 'node:zlib';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../support/api/api-operations.js';
import { ApiSpecification, MISSING_SPECIFICATION } from '../support/api/api-specification.js';
import { makeEngine } from '../support/make-engine.js';
import type { ActorFunctionContext, Engine } from 'greenroom';

/*
 * The requests of the Python client's integration tests: paths, queries, headers and bodies as the client sends them, with the
 * status that the tests expect. Each answer is also compared with the API's description, if that is available.
 */

const specification = MISSING_SPECIFICATION === undefined ? new ApiSpecification() : undefined;
const USER_AGENT = 'ApifyClient/3.1.4 (linux; Python/3.13.1); isAtHome/false';
const HEADERS = { accept: 'application/json, */*', 'user-agent': USER_AGENT };
const JSON_TYPE = 'application/json; charset=utf-8';
const TIERS = { FREE: { tieredPricePerUnitUsd: 0.004 }, BRONZE: { tieredPricePerUnitUsd: 0.003 } };
const EVENT_TIERS = { FREE: { tieredEventPriceUsd: 0.2 }, BRONZE: { tieredEventPriceUsd: 0.1 } };
const MARGIN = { apifyMarginPercentage: 0.2 };
const PRICINGS = [
    { pricingModel: 'PRICE_PER_DATASET_ITEM', unitName: 'page', tieredPricing: TIERS, startedAt: '2024-01-01' },
    {
        pricingModel: 'PAY_PER_EVENT',
        startedAt: '2025-01-01',
        pricingPerEvent: {
            actorChargeEvents: {
                page: {
                    eventTitle: 'Page',
                    eventDescription: '',
                    eventTieredPricingUsd: EVENT_TIERS,
                    isPrimaryEvent: true,
                },
            },
        },
    },
].map((pricing) => ({ ...MARGIN, createdAt: '2024-01-01T00:00:00.000Z', ...pricing }));

interface Options {
    readonly token?: string;
    readonly headers?: Record<string, string>;
    readonly status?: number;
}

/** Sends requests as the Python client does, and returns the `data` or the body of the answers. */
function connect(engine: Engine) {
    return async (line: string, body?: unknown, { token = 'of-python', headers, status = 200 }: Options = {}) => {
        const [method = '', path = ''] = line.split(' ', 2);
        const url = path.startsWith('//') ? path : `/v2${path}`;
        const init = { method, headers: { ...HEADERS, authorization: `Bearer ${token}`, ...headers } };
        const sent = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
        const typed = { ...init.headers, ...(!sent && { 'content-type': 'application/json' }) };
        const response = await engine.fetch(
            new Request(`http://engine.invalid${url}`, {
                ...init,
                headers: typed,
                body: (sent ? body : JSON.stringify(body)) as string,
            }),
        );
        const text = await response.text();
        const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
        const answer = { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
        expect(answer.status, `${line}: ${text}`).toBe(status);
        const operation = method === 'HEAD' ? undefined : operationOf(method, path.split('?')[0]!);
        if (specification && operation !== undefined) {
            expect(specification.validate(operation, { ...answer, isEmpty: text === '' }), line).toEqual([]);
        }
        return (answer.body.data ?? answer.body) as Record<string, unknown> & { id: string; items: object[] };
    };
}

/** Returns the operation of a path, the one with the fewest parameters. */
function operationOf(method: string, path: string): string | undefined {
    const matching = OPERATIONS.filter((operation) => {
        return (
            operation.method === method && new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
        );
    });
    const [best] = matching.toSorted((a, b) => a.path.split('{').length - b.path.split('{').length);
    return best && `${best.method} ${best.path}`;
}

async function work({ input, Actor }: ActorFunctionContext): Promise<unknown> {
    await Actor.pushData([{ n: 1, text: 'one' }, { n: 2 }]);
    return { input };
}

async function open() {
    const users = [
        { username: 'python', token: 'of-python' },
        { username: 'other', token: 'of-other' },
    ];
    const engine = await makeEngine({ users });
    await engine.addActor({ name: 'hello-world', run: work }, { isPublic: true });
    return { engine, call: connect(engine) };
}

describe('the Python client', () => {
    const asJson = { headers: { 'content-type': JSON_TYPE } };

    it('starts runs without an input by a body of null, and reads what they stored', async () => {
        const { call } = await open();
        const started = { ...asJson, status: 201 };

        const run = await call('POST /actors/python~hello-world/runs?waitForFinish=60', 'null', started);
        expect(run).toMatchObject({ status: 'SUCCEEDED', meta: { origin: 'API', userAgent: USER_AGENT } });
        const output = await call('POST /acts/python~hello-world/run-sync', gzipSync('null'), {
            ...started,
            headers: { ...asJson.headers, 'content-encoding': 'gzip' },
        });
        expect(output).toEqual({ input: null });
        expect(await call('POST /actors/python~hello-world/validate-input', 'null', asJson)).toEqual({ valid: true });
        const at = `/actor-runs/${run.id}`;
        expect(
            await call(`GET ${at}/key-value-store/records/INPUT?attachment=true`, undefined, { status: 404 }),
        ).toBeDefined();
        for (const path of [at, `${at}/dataset`, `${at}/key-value-store`, `${at}/request-queue`])
            await call(`GET ${path}`);
        expect(await call(`GET ${at}/dataset/items?clean=true&desc=true&limit=1&fields=n,text`)).toEqual([{ n: 2 }]);
        await call(`PUT ${at}`, { statusMessage: 'Done', isStatusMessageTerminal: true });
        await call(`POST ${at}/abort`);
        await call(`POST ${at}/resurrect`);
        await call('GET /actors/python~hello-world/runs?status=SUCCEEDED&limit=5&desc=true');
        await call('GET /actor-runs?startedAfter=2020-01-01T00:00:00.000Z&startedBefore=2100-01-01T00:00:00.000Z');
        await call(`GET ${at}?waitForFinish=999999`);
        await call(`GET ${at}/log?raw=false&stream=false`);
        await call(`DELETE ${at}`, undefined, { status: 204 });
        await call(`GET ${at}`, undefined, { status: 404 });
    });

    it('needs an input where the schema has a required field, also if it is null', async () => {
        const { engine, call } = await open();
        const schema = {
            title: 'Input',
            type: 'object',
            schemaVersion: 1,
            properties: {
                url: { title: 'URL', type: 'string', description: 'd', editor: 'textfield' },
                max: { title: 'Max', type: 'integer', description: 'd', default: 7 },
            },
        };
        for (const [name, required] of [
            ['strict', ['url']],
            ['lax', []],
        ] as const) {
            const definition = JSON.stringify({
                actorSpecification: 1,
                name,
                version: '0.0',
                input: { ...schema, required },
            });
            const files = { 'main.js': 'export default ({ input }) => input;', '.actor/actor.json': definition };
            const sourceFiles = Object.entries(files).map(([file, content]) => ({ name: file, content }));
            await engine.addActor({
                name,
                sourceFiles: [...sourceFiles, { name: 'package.json', content: '{"type":"module"}' }],
            });
        }

        for (const path of ['runs', 'run-sync', 'validate-input']) {
            const refused = await call(`POST /actors/python~strict/${path}`, 'null', { ...asJson, status: 400 });
            expect(refused['error']).toMatchObject({ type: 'invalid-input', message: expect.stringContaining('url') });
        }
        await call('POST /actors/python~lax/validate-input', 'null', asJson);
        expect(await call('POST /actors/python~lax/run-sync', 'null', { ...asJson, status: 201 })).toEqual({ max: 7 });
    });

    it('creates and changes Actors, versions, variables, tasks, schedules and webhooks', async () => {
        const { call } = await open();
        const created = { status: 201 };
        const version = { versionNumber: '0.1', sourceType: 'SOURCE_FILES', buildTag: 'latest', sourceFiles: [] };
        const actor = await call('POST /actors', { name: 'own', pricingInfos: PRICINGS, versions: [version] }, created);
        const at = `/actors/${actor.id}`;

        const variable = { name: 'MY_VAR', value: 'my_value', isSecret: false };
        expect(await call(`POST ${at}/versions/0.1/env-vars`, variable, created)).toEqual(variable);
        expect(await call(`GET ${at}/versions/0.1/env-vars`)).toMatchObject({ total: 1, items: [variable] });
        const paging = { total: 1, count: 1, offset: 0, limit: 1000, desc: false };
        expect(await call(`GET ${at}/versions`)).toMatchObject({ ...paging, items: [{ versionNumber: '0.1' }] });
        await call(`PUT ${at}/versions/0.1`, { buildTag: 'updated' });
        await call(`GET ${at}/versions/99.99`, undefined, { status: 404 });
        const task = await call('POST /actor-tasks', { actId: actor.id, name: 'task', input: { n: 1 } }, created);
        await call(`PUT /actor-tasks/${task.id}/input`, { n: 2 });
        await call(`GET /actor-tasks/${task.id}/webhooks`);
        const schedule = {
            name: 'daily',
            isEnabled: false,
            isExclusive: true,
            cronExpression: '0 0 * * *',
            timezone: 'UTC',
            actions: [],
        };
        const { id: scheduleId } = await call('POST /schedules', schedule, created);
        await call(`GET /schedules/${scheduleId}/log`);
        const fields = {
            isAdHoc: true,
            eventTypes: ['ACTOR.RUN.SUCCEEDED'],
            condition: { actorId: actor.id },
            requestUrl: 'http://127.0.0.1:1/',
        };
        const webhook = await call('POST /webhooks', fields, created);
        const dispatch = await call(`POST /webhooks/${webhook.id}/test`, undefined, created);
        expect(dispatch).toMatchObject({ eventType: 'TEST', eventData: { actorId: actor.id } });
        for (const path of ['/webhooks', '/webhook-dispatches', '/schedules', '/actor-tasks', '/actor-builds']) {
            await call(`GET ${path}?desc=true&limit=0&offset=0`);
        }
        for (const path of ['/actors?my=true&limit=10&sortBy=createdAt', '/users/me', '/users/me/limits'])
            await call(`GET ${path}`);
    });

    it('is charged for events by the price of the tier, and sees pricings as they were given', async () => {
        const { engine, call } = await open();
        let resolve = (): void => {};
        const promise = new Promise<void>((done) => (resolve = done));
        const actor = await engine.addActor({ name: 'paid', run: () => promise });
        await call(`PUT /actors/${actor.id}`, { pricingInfos: PRICINGS });

        const { pricingInfos } = await call(`GET /actors/${actor.id}`);
        expect(pricingInfos).toMatchObject([
            { tieredPricing: TIERS },
            PRICINGS[1]!.pricingPerEvent && { pricingPerEvent: PRICINGS[1]!.pricingPerEvent },
        ]);
        const run = await call('POST /actors/paid/runs', 'null', { ...asJson, status: 201 });
        const charge = { eventName: 'page', count: 2, requestId: 'request-1' };
        // As a client whose base URL ends in a slash.
        for (const path of [`//v2/actor-runs/${run.id}/charge`, `//v2//actor-runs//${run.id}/charge/`]) {
            await call(`POST ${path}`, charge, { headers: { 'idempotency-key': 'once' }, status: 201 });
        }
        await call(`POST /actor-runs/${run.id}/charge`, { ...charge, requestId: 5 }, { status: 400 });
        expect(await call(`GET /actor-runs/${run.id}`)).toMatchObject({
            chargedEventCounts: { page: 2 },
            eventUsage: { page: { count: 2, amountUsd: 0.2 } },
            usageTotalUsd: 0.2,
            pricingInfo: { pricingPerEvent: { actorChargeEvents: { page: { eventPriceUsd: 0.1 } } } },
        });
        resolve();

        const stored = pricingInfos as object[];
        const free = { pricingModel: 'FREE', ...MARGIN };
        const refused = async (infos: object[]) =>
            (await call(`PUT /actors/${actor.id}`, { pricingInfos: infos }, { status: 400 }))['error'];
        for (const infos of [
            [],
            [free],
            stored.toReversed(),
            [{ ...stored[0], apifyMarginPercentage: 1 }, stored[1]!],
        ]) {
            expect(await refused(infos)).toMatchObject({ type: 'cannot-remove-pricing-info' });
        }
        expect(await refused([...stored, { ...free, startedAt: '2023-01-01' }])).toMatchObject({
            type: 'cannot-add-pricing-info-that-alters-past',
        });
        await call(`PUT /actors/${actor.id}`, { pricingInfos: [...stored, free] });
        expect((await call('GET /actors/python~paid'))['pricingInfos']).toHaveLength(3);
    });

    it('reads the storages of another user by signatures with padding, beside its own token', async () => {
        const { call } = await open();
        const other = { token: 'of-other' };
        const dataset = await call('POST /datasets?name=data', {}, { ...other, status: 201 });
        await call(`POST /datasets/${dataset.id}/items`, '[{"n":1}]', { ...other, ...asJson, status: 201 });
        const store = await call('POST /key-value-stores?name=store', {}, { ...other, status: 201 });
        await call(`PUT /key-value-stores/${store.id}/records/key1`, '{"a":1}', { ...other, ...asJson, status: 201 });
        const at = [
            `/datasets/${dataset.id}/items`,
            `/key-value-stores/${store.id}/keys`,
            `/key-value-stores/${store.id}/records/key1`,
        ];
        const signed = [signStorage(dataset), signStorage(store), hmac(String(store['urlSigningSecretKey']), 'key1')];

        for (const [index, path] of at.entries()) {
            await call(`GET ${path}`, undefined, { status: 403 });
            const query = new URLSearchParams({ signature: signed[index]! });
            await call(`GET ${path}?${query}`);
            await call(`GET ${path}?${query}`, undefined, { token: 'of-other' });
            await call(`GET ${path}?${query}`, undefined, { token: 'wrong', status: 401 });
        }
        for (const path of ['/datasets', '/key-value-stores']) {
            const { items } = await call(`GET ${path}?desc=true&limit=0&offset=0`, undefined, other);
            expect(items).toHaveLength(1);
            expect(items[0]).not.toHaveProperty('urlSigningSecretKey');
        }
    });

    it('has its origin in the record of runs and builds that it starts, but an Actor has its own', async () => {
        const { engine, call } = await open();
        const from = (origin: string) => ({ headers: { 'x-apify-request-origin': origin }, status: 201 });
        const source = `export default async ({ Actor }) => {
            const headers = { 'x-apify-request-origin': 'CLI', 'user-agent': 'actor/1' };
            const url = new URL('/v2/acts/hello-world/runs', process.env.APIFY_API_BASE_URL + '//v2');
            return (await fetch(url.href.replace('/v2', '//v2'), { method: 'POST', headers })).json();
        };`;
        await engine.addActor({ name: 'starter', source });

        const metaOf = async (origin: string) =>
            (await call('POST /actors/hello-world/runs', undefined, from(origin)))['meta'];
        expect(await metaOf('CLI')).toEqual({ origin: 'CLI', userAgent: USER_AGENT });
        expect(await metaOf('MCP')).toMatchObject({ origin: 'MCP' });
        expect(await metaOf('nonsense')).toMatchObject({ origin: 'API' });
        const run = await engine.call('starter');
        expect(await run.output(), run.statusMessage).toMatchObject({
            data: { meta: { origin: 'ACTOR', userAgent: 'actor/1' } },
        });
        const own = await call(
            'POST /actors',
            { name: 'own', versions: [{ versionNumber: '0.1', sourceType: 'SOURCE_FILES', sourceFiles: [] }] },
            { status: 201 },
        );
        const build = await call(`POST /actors/${own.id}/builds?version=0.1`, undefined, from('CI'));
        expect(build['meta']).toEqual({ origin: 'CI', userAgent: USER_AGENT });
    });

    it('lists the Store without a token', async () => {
        const { engine } = await open();
        const list = async (query: string) => engine.fetch(new Request(`http://engine.invalid/v2/store${query}`));

        expect(await (await list('?limit=10&username=python')).json()).toMatchObject({
            data: { items: [{ name: 'hello-world' }] },
        });
        expect((await list('?token=wrong')).status).toBe(401);
    });
});

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `create_hmac_signature` of the client. */
function hmac(secret: string, message: string): string {
    let number = BigInt(`0x${createHmac('sha256', secret).update(message).digest('hex').slice(0, 30)}`);
    let text = '';
    for (; number > 0n; number /= 62n) text = ALPHABET[Number(number % 62n)]! + text;
    return text;
}

/** `create_storage_content_signature` of the client, which keeps the padding. */
function signStorage({ id, urlSigningSecretKey }: Record<string, unknown>): string {
    const signature = Buffer.from(`0.0.${hmac(String(urlSigningSecretKey), `0.0.${String(id)}`)}`).toString('base64');
    return signature.replaceAll('+', '-').replaceAll('/', '_');
}
