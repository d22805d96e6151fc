import { app } from '../../../src/api/api.js';
import { findRequestContent } from './api-fixture.js';
import { makeEngine } from '../make-engine.js';
import { waitUntil } from '../wait-until.js';

/*
 * Every request that the table of routes has, to the resources of one user: by id and by each form of a name.
 */

/** A text in everything of Alice. */
export const MARKER = 'belongs-to-alice-only';
export const USERS = [
    { username: 'alice', token: 'token-of-alice' },
    { username: 'bob', token: 'token-of-bob' },
] as const;
const SAYS_TOKEN = `export default async ({ Actor }) => {
    await Actor.pushData({ token: process.env.APIFY_TOKEN, marker: '${MARKER}' });
    await new Promise((resolve) => setTimeout(resolve, 60_000));
};`;

/** A route of the API. */
export interface Route {
    readonly name: string;
    readonly method: string;
    readonly path: string;
}

/** All routes with a resource in their path. */
export const routes: readonly Route[] = app.routes
    .filter(({ path, method }) => path.includes(':') && method !== 'OPTIONS' && method !== 'ALL')
    .map(({ method, path }) => ({ name: `${method} ${path}`, method, path }));

/** The answer to a request. */
export interface Answer {
    readonly status: number;
    readonly body: string;
}

/** An engine with one of everything that Alice can have, and a live run of each user. */
export async function createWorld() {
    const engine = await makeEngine({ users: USERS });
    const { client } = engine;
    const actor = await engine.addActor({ name: 'private', source: SAYS_TOKEN });
    await engine.addActor({ name: 'bob/own', source: SAYS_TOKEN });
    const run = await engine.start('private', { marker: MARKER });
    const bobs = await send('POST', '/v2/acts/own/runs', { token: USERS[1].token });
    const bobsRun = (JSON.parse(bobs.body) as { data: { defaultDatasetId: string } }).data;
    const ended = await engine.start('private');
    const tokenIn = async (datasetId: string, token: string): Promise<string> => {
        let found: string | undefined;
        await waitUntil('the run has told its token', async () => {
            const { body } = await send('GET', `/v2/datasets/${datasetId}/items`, { token });
            return (found = (JSON.parse(body) as { token: string }[])[0]?.token) !== undefined;
        });
        return found!;
    };
    const info = await run.info();
    const tokens = {
        alicesRun: await tokenIn(info.defaultDatasetId, USERS[0].token),
        bobsRun: await tokenIn(bobsRun.defaultDatasetId, USERS[1].token),
        ended: await tokenIn((await ended.info()).defaultDatasetId, USERS[0].token),
    };
    await ended.abort();
    await ended.finished();
    const [dataset, store, queue] = [
        await client.datasets().getOrCreate('data'),
        await client.keyValueStores().getOrCreate('data'),
        await client.requestQueues().getOrCreate('data'),
    ];
    await client.dataset(dataset.id).pushItems([{ marker: MARKER }]);
    await client.keyValueStore(store.id).setRecord({ key: 'record', value: { marker: MARKER } });
    const request = { url: `https://example.com/${MARKER}`, uniqueKey: 'one' };
    const { requestId } = await client.requestQueue(queue.id).addRequest(request);
    const task = await client.tasks().create({ actId: actor.id, name: 'task', input: { marker: MARKER } });
    for (const { id } of [run, await client.task(task.id).start()]) {
        await client
            .run(id)
            .keyValueStore()
            .setRecord({ key: 'record', value: { marker: MARKER } });
        await client.run(id).requestQueue().addRequest(request);
    }
    const schedule = await client.schedules().create({
        name: 'schedule',
        title: MARKER,
        cronExpression: '@yearly',
        isEnabled: false,
        actions: [],
    });
    const webhook = await client.webhooks().create({
        eventTypes: ['ACTOR.RUN.SUCCEEDED'],
        condition: { actorId: actor.id },
        requestUrl: `http://127.0.0.1:9/${MARKER}`,
    });
    const dispatch = await client.webhook(webhook.id).test();
    await waitUntil('the dispatch has ended', async () => {
        const { status } = (await client.webhookDispatch(dispatch!.id).get())!;
        return status === 'FAILED';
    });
    await client.actor(actor.id).version('0.0').envVars().create({ name: 'NAME', value: MARKER });
    const { data: me } = JSON.parse((await send('GET', '/v2/users/me', { token: USERS[0].token })).body) as {
        data: { id: string };
    };
    const byId: Record<string, string> = {
        actorId: actor.id,
        runId: run.id,
        jobId: run.id,
        buildId: info.buildId,
        datasetId: dataset.id,
        storeId: store.id,
        queueId: queue.id,
        actorTaskId: task.id,
        scheduleId: schedule.id,
        webhookId: webhook.id,
        dispatchId: dispatch!.id,
        versionNumber: '0.0',
        envVarName: 'NAME',
        key: 'record',
        requestId,
        userId: me.id,
    };
    const names = {
        actorId: 'private',
        datasetId: 'data',
        storeId: 'data',
        queueId: 'data',
        actorTaskId: 'task',
        scheduleId: 'schedule',
    };
    const named = (form: (name: string) => string): Record<string, string> => ({
        ...byId,
        ...Object.fromEntries(Object.entries(names).map(([param, name]) => [param, form(name)])),
    });
    const forms: Record<string, Record<string, string>> = {
        id: byId,
        'username~name': named((name) => `alice~${name}`),
        'username/name': named((name) => `alice/${name}`),
        'USERNAME~NAME': named((name) => `ALICE~${name.toUpperCase()}`),
        'userId~name': named((name) => `${me.id}~${name}`),
        '~name': named((name) => `~${name}`),
        name: named((name) => name),
        'username~missing': named((name) => `alice~no-such-${name}`),
    };
    forms['default build'] = { ...forms['username~name'], buildId: 'default' };
    forms['default build of missing'] = { ...forms['username~missing'], buildId: 'default' };
    const urls = {
        items: await client.dataset(dataset.id).createItemsPublicUrl(),
        keys: await client.keyValueStore(store.id).createKeysPublicUrl(),
        record: await client.keyValueStore(store.id).getRecordPublicUrl('record'),
    };
    return { engine, send, tokens, byId, forms, urls, state };

    async function send(
        method: string,
        path: string,
        {
            token,
            query,
            content = {},
        }: { token?: string; query?: string; content?: ReturnType<typeof findRequestContent> },
    ): Promise<Answer> {
        const search = new URLSearchParams({ ...content.query, ...(query !== undefined && { signature: query }) });
        const body = content.body === undefined ? undefined : JSON.stringify(content.body);
        const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
        const response = await engine.fetch(
            new Request(`http://localhost${path}?${search}`, { method, headers, body }),
        );
        return { status: response.status, body: await response.text() };
    }

    /** Everything of Alice that a request could change. */
    async function state(): Promise<unknown> {
        const reads = [
            client.actor(actor.id).get(),
            client.actor(actor.id).builds().list(),
            client.dataset(dataset.id).listItems(),
            client.keyValueStore(store.id).listKeys(),
            client.keyValueStore(store.id).getRecord('record'),
            client.requestQueue(queue.id).listRequests(),
            client.run(run.id).dataset().listItems(),
            client.run(run.id).keyValueStore().listKeys(),
            client.task(task.id).get(),
            client.schedule(schedule.id).get(),
            client.webhook(webhook.id).get(),
            client.webhookDispatches().list(),
        ];
        const { status, statusMessage, generalAccess } = await run.info();
        const lists = [
            client.datasets(),
            client.keyValueStores(),
            client.requestQueues(),
            client.tasks(),
            client.runs(),
        ];
        const totals = await Promise.all(lists.map(async (list) => (await list.list()).total));
        return { status, statusMessage, generalAccess, totals, reads: await Promise.all(reads) };
    }
}

function fill(path: string, params: Readonly<Record<string, string>>): string {
    return path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, (_, name: string) => encodeURIComponent(params[name] ?? 'missing'));
}

/** Contents of requests that differ from those of the fixture. */
const CONTENTS: readonly (readonly [RegExp, unknown])[] = [
    [/\/charge$/, { eventName: 'page', count: 1 }],
    [/\/webhooks$/, { eventTypes: ['ACTOR.RUN.SUCCEEDED'], requestUrl: 'http://127.0.0.1:9/', condition: {} }],
    [/\/(?:runs\/last|runs\/:runId)$/, { statusMessage: 'changed' }],
];

function contentOf({ method, path }: Route): ReturnType<typeof findRequestContent> {
    const own = method === 'GET' || method === 'DELETE' ? undefined : CONTENTS.find(([pattern]) => pattern.test(path));
    if (own !== undefined) return { body: own[1] };
    const described = path
        .replace('/v2/acts/', '/actors/')
        .replace('/v2', '')
        .replace(/:key\{.*$/, '{recordKey}')
        .replaceAll(/:(\w+)/g, '{$1}');
    return findRequestContent(`${method} ${described}`);
}

/** The engine and what the requests need. */
export type World = Awaited<ReturnType<typeof createWorld>>;

/** Sends all requests. Returns what `check` says about the answers, by the names of the requests. */
export async function sendAll(
    { send, forms }: World,
    options: { token?: string; query?: string; only?: (route: Route, form: string) => boolean },
    check: (answer: Answer, route: Route, form: string) => unknown,
): Promise<Record<string, unknown>> {
    const problems: Record<string, unknown> = {};
    for (const route of routes) {
        for (const [form, params] of Object.entries(forms)) {
            if (form.startsWith('default build') && !route.path.includes('/:actorId/builds/:buildId')) continue;
            if (options.only?.(route, form) === false) continue;
            const answer = await send(route.method, fill(route.path, params), {
                ...options,
                content: contentOf(route),
            });
            const problem = check(answer, route, form);
            if (problem !== undefined) problems[`${route.name} by ${form}`] = problem;
        }
    }
    return problems;
}
