import { requestId } from '../../../src/storage/request-queue/validate-request.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { makeEngine } from '../make-engine.js';
import { perEvent } from '../actors/priced-actor.js';
import { waitUntil } from '../wait-until.js';
import type { ActorFunctionContext, Engine } from 'greenroom';
import type { Client } from '../../../src/model/client/client.js';
import type { DatasetClient, KeyValueStoreClient, RequestQueueClient } from '../../../src/model/client/storage.js';

/** Key of the client that holds the locks in a fixture. */
const CLIENT_KEY = 'me';
const RECORD_KEY = 'record';
const FIRST_REQUEST = { url: 'https://example.com/1', uniqueKey: 'first' };
/** Operations that require an active run. */
const LIVE = ['/abort', '/metamorph', '/reboot', '/charge'];

/** Query, body and headers of a request. */
export interface RequestContent {
    query?: Record<string, string>;
    /** Bytes and strings are sent unchanged, other values as JSON. */
    body?: unknown;
    headers?: Record<string, string>;
}

/** An engine with the resources that an operation requires. */
export interface ApiFixture {
    engine: Engine;
    /** Clock of the engine. */
    clock: ManualClock;
    client: Client;
    /** Parameters of the path. */
    params: Record<string, string>;
    content: RequestContent;
}

const ENV_VAR = 'NAME';
const VERSION = {
    versionNumber: '0.1',
    sourceType: 'SOURCE_FILES',
    sourceFiles: [{ name: 'main.js', format: 'TEXT', content: '// Nothing to do.' }],
    envVars: [{ name: ENV_VAR, value: 'value' }],
    buildTag: 'latest',
} as const;
/** No server listens at this URL. */
const WEBHOOK = { eventTypes: ['ACTOR.RUN.FAILED'], requestUrl: 'http://127.0.0.1:1/' } as const;
const REQUEST_BATCH = { body: [{ url: 'https://example.com/3', uniqueKey: 'third' }] };
const LOCKED = { query: { clientKey: CLIENT_KEY, lockSecs: '60' } };

/** Contents of requests, by method and end of the path. */
export const REQUEST_CONTENTS: Readonly<Record<string, RequestContent>> = {
    'PUT /actors/{actorId}': { body: { title: 'Title' } },
    'POST /actors/{actorId}/runs': { query: { waitForFinish: '60' }, body: { n: 1 } },
    'POST /actors/{actorId}/run-sync': { body: { n: 1 } },
    'PUT /actor-runs/{runId}': { body: { statusMessage: 'Half way' } },
    'POST /actor-runs/{runId}/charge': { body: { eventName: 'page', count: 2 } },
    'POST /metamorph': { query: { targetActorId: 'actor' }, body: { n: 2 } },
    'PUT /dataset': { body: { title: 'Title' } },
    'PUT /datasets/{datasetId}': { body: { title: 'Title' } },
    'POST /items': { body: [{ n: 3 }] },
    'PUT /key-value-store': { body: { title: 'Title' } },
    'PUT /key-value-stores/{storeId}': { body: { title: 'Title' } },
    'POST /records/{recordKey}': { body: { b: 2 } },
    'PUT /records/{recordKey}': { body: { b: 2 } },
    'PUT /request-queue': { body: { title: 'Title' } },
    'PUT /request-queues/{queueId}': { body: { title: 'Title' } },
    'POST /requests/batch': REQUEST_BATCH,
    'DELETE /requests/batch': { body: [{ uniqueKey: 'second' }, { id: requestId('never') }] },
    'POST /requests/unlock': { query: { clientKey: CLIENT_KEY } },
    'POST /requests': { body: REQUEST_BATCH.body[0] },
    'PUT /requests/{requestId}': {
        query: { clientKey: CLIENT_KEY },
        body: { ...FIRST_REQUEST, handledAt: '2026-01-01T00:00:00.000Z' },
    },
    'DELETE /requests/{requestId}': { query: { clientKey: CLIENT_KEY } },
    'POST /head/lock': LOCKED,
    'PUT /requests/{requestId}/lock': LOCKED,
    'DELETE /requests/{requestId}/lock': { query: { clientKey: CLIENT_KEY } },
    'POST /actors': { body: { name: 'another-actor' } },
    'POST /actors/{actorId}/validate-input': { body: { n: 1 } },
    'POST /actors/{actorId}/versions': { body: { ...VERSION, versionNumber: '1.0' } },
    'POST /versions/{versionNumber}': { body: { buildTag: 'beta' } },
    'PUT /versions/{versionNumber}': { body: { buildTag: 'beta' } },
    'POST /env-vars': { body: { name: 'OTHER', value: 'other' } },
    'POST /env-vars/{envVarName}': { body: { name: ENV_VAR, value: 'changed' } },
    'PUT /env-vars/{envVarName}': { body: { name: ENV_VAR, value: 'changed' } },
    'POST /actors/{actorId}/builds': { query: { version: VERSION.versionNumber, waitForFinish: '60' } },
    'POST /actor-tasks': { body: { actId: 'actor', name: 'another-task' } },
    'PUT /actor-tasks/{actorTaskId}': { body: { title: 'Title' } },
    'PUT /actor-tasks/{actorTaskId}/input': { body: { n: 2 } },
    'POST /actor-tasks/{actorTaskId}/runs': { query: { waitForFinish: '60' }, body: { n: 2 } },
    'POST /actor-tasks/{actorTaskId}/run-sync': { body: { n: 2 } },
    'PUT /webhooks/{webhookId}': { body: { description: 'Described' } },
    'POST /schedules': { body: { name: 'another-schedule', cronExpression: '@hourly' } },
    'PUT /schedules/{scheduleId}': { body: { title: 'Title' } },
    'PUT /users/me/limits': { body: { maxMonthlyUsageUsd: 300 } },
    'POST /tools/encode-and-sign': { body: { n: 1 } },
};

/** Creates an engine in which an operation succeeds, and the content of its request. */
export async function createApiFixture(operation: string): Promise<ApiFixture> {
    const clock = new ManualClock();
    const engine = await makeEngine({ clock, token: 'token' });
    const { client } = engine;
    const actor = await engine.addActor(
        { name: 'actor', run: work },
        { isPublic: true, pricing: perEvent({ page: 0.01 }) },
    );
    const isLive = LIVE.some((end) => operation.endsWith(end));
    const run = isLive ? await startLongRun(engine) : await engine.call('actor', { n: 1 });
    const { defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId, buildId } = await run.info();
    const [datasetId, storeId, queueId] = await createStorages(client);
    for (const id of [defaultDatasetId, datasetId]) await fillDataset(client.dataset(id));
    for (const id of [defaultKeyValueStoreId, storeId]) await fillStore(client.keyValueStore(id));
    for (const id of [defaultRequestQueueId, queueId]) {
        await fillQueue(client.requestQueue(id, { clientKey: CLIENT_KEY }));
    }
    const built = /versions|builds/.test(operation) ? await createBuiltActor(client) : undefined;
    const params = {
        ...(await createRelatedResources(client, actor.id, isLive)),
        actorId: built?.actorId ?? actor.id,
        runId: run.id,
        buildId: built?.buildId ?? buildId,
        versionNumber: VERSION.versionNumber,
        envVarName: ENV_VAR,
        buildOrRunId: run.id,
        datasetId,
        storeId,
        queueId,
        recordKey: RECORD_KEY,
        requestId: requestId(FIRST_REQUEST.uniqueKey),
        userId: 'local',
    };
    const content = findRequestContent(operation);
    if (operation === 'POST /webhooks') content.body = { ...WEBHOOK, condition: { actorId: actor.id } };
    if (operation.endsWith('/decode-and-verify')) {
        content.body = { encoded: await client.user().encodeAndSign({ n: 1 }) };
    }
    return { engine, clock, client, params, content };
}

/** Replaces the parameters of a path. Ignores those that it does not have. */
export function fillPath(path: string, params: Record<string, string>): string {
    return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? 'missing'));
}

/** Returns the content with the longest matching end of the path. */
export function findRequestContent(operation: string): RequestContent {
    const [method = '', path = ''] = operation.split(' ');
    const keys = Object.keys(REQUEST_CONTENTS).filter((key) => {
        const [ofMethod, end = ''] = key.split(' ');
        return ofMethod === method && path.endsWith(end);
    });
    const [key] = keys.toSorted((a, b) => b.length - a.length);
    return key === undefined ? {} : { ...REQUEST_CONTENTS[key] };
}

async function work({ input, Actor, log, signal }: ActorFunctionContext): Promise<unknown> {
    log.info('at work');
    await Actor.pushData({ input });
    if ((input as { stay?: boolean } | null)?.stay !== true) return { done: true };
    return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

async function startLongRun(engine: Engine): Promise<Awaited<ReturnType<Engine['start']>>> {
    const run = await engine.start('actor', { stay: true });
    await waitUntil('the run is active', async () => (await run.items()).length > 0);
    return run;
}

/** Creates an Actor with two builds, of which the second is not the default one. */
async function createBuiltActor(client: Client): Promise<{ actorId: string; buildId: string }> {
    const { id } = await client.actors().create({ name: 'built-actor', versions: [VERSION] });
    const actor = client.actor(id);
    await actor.build(VERSION.versionNumber, { waitForFinish: 60 });
    const build = await actor.build(VERSION.versionNumber, { tag: 'other', waitForFinish: 60 });
    return { actorId: id, buildId: build.id };
}

/** Creates a task with a run, a schedule, and a webhook with a dispatch. */
async function createRelatedResources(
    client: Client,
    actorId: string,
    isLive: boolean,
): Promise<Record<string, string>> {
    const task = await client.tasks().create({ actId: actorId, name: 'task', input: { stay: isLive } });
    if (isLive) {
        const run = client.run((await client.task(task.id).start()).id);
        await waitUntil('the run of the task is active', async () => (await run.dataset().listItems()).total > 0);
    } else {
        const run = client.run((await client.task(task.id).call()).id);
        await fillDataset(run.dataset());
        await fillStore(run.keyValueStore());
        await fillQueue(client.requestQueue((await run.requestQueue().get())!.id, { clientKey: CLIENT_KEY }));
    }
    const actions = [{ type: 'RUN_ACTOR' as const, actorId }];
    const schedule = await client.schedules().create({ name: 'schedule', cronExpression: '@daily', actions });
    const webhook = await client.webhooks().create({ ...WEBHOOK, condition: { actorId } });
    const dispatch = await client.webhook(webhook.id).test();
    return { actorTaskId: task.id, scheduleId: schedule.id, webhookId: webhook.id, dispatchId: dispatch!.id };
}

async function createStorages(client: Client): Promise<[string, string, string]> {
    await client.datasets().getOrCreate();
    return [
        (await client.datasets().getOrCreate('named')).id,
        (await client.keyValueStores().getOrCreate('named')).id,
        (await client.requestQueues().getOrCreate('named')).id,
    ];
}

async function fillDataset(dataset: DatasetClient): Promise<void> {
    await dataset.pushItems([
        { n: 1, text: 'one', none: null, empty: '' },
        { n: 2, text: 'two' },
    ]);
}

async function fillStore(store: KeyValueStoreClient): Promise<void> {
    await store.setRecord({ key: RECORD_KEY, value: { a: 1 } });
    await store.setRecord({ key: 'picture', value: Buffer.from([1, 2, 3]), contentType: 'image/png' });
}

/** Adds two requests, and locks the first one. */
async function fillQueue(queue: RequestQueueClient): Promise<void> {
    await queue.addRequest({ ...FIRST_REQUEST, method: 'GET', userData: { label: 'START' } });
    await queue.addRequest({ url: 'https://example.com/2', uniqueKey: 'second' });
    await queue.listAndLockHead({ lockSecs: 60, limit: 1 });
}
