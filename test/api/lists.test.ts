import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import { send } from './send.js';
import type { ActorFunctionContext } from 'greenroom';

interface Listed {
    total: number;
    limit: number;
    count: number;
    desc: boolean;
    items: { id: string; userId?: string; name?: string; startedAt?: string }[];
}

/** Three runs an hour apart: the first fails, the others succeed. */
async function withRuns() {
    const clock = new ManualClock(Date.parse('2026-01-01T00:00:00Z'));
    const engine = await makeEngine({ clock });
    await engine.addActor({
        name: 'actor',
        run: async ({ input }: ActorFunctionContext) => {
            if (input === 'fail') throw new Error('no');
        },
    });
    const ids: string[] = [];
    for (const input of ['fail', 'go', 'go']) {
        ids.push((await engine.call('actor', input)).id);
        await clock.advance('1h');
    }
    const list = async (path: string) => ((await send(engine.client, path)).body as { data: Listed }).data;
    return { engine, clock, client: engine.client, ids, list };
}

describe('a list of runs over the API', () => {
    it.each(['/actor-runs', '/actors/actor/runs'])('is by status and time: %s', async (path) => {
        const { ids, list } = await withRuns();
        const found = async (query: string) =>
            (await list(`${path}?${query}`)).items.map(({ id }) => ids.indexOf(id)).join();

        expect(await found('')).toBe('0,1,2');
        expect(await found('desc=1')).toBe('2,1,0');
        expect(await found('status=SUCCEEDED')).toBe('1,2');
        expect(await found('status=FAILED,SUCCEEDED')).toBe('0,1,2');
        expect(await found('status=FAILED,RUNNING')).toBe('0');
        expect(await found('startedAfter=2026-01-01T01:00:00Z')).toBe('1,2');
        expect(await found('startedBefore=2026-01-01T01:00:00.000Z&desc=true')).toBe('1,0');
        expect(await found('startedAfter=2026-01-01T00:30:00Z&startedBefore=2026-01-01T01:30:00Z')).toBe('1');
        expect(await found('offset=1&limit=1')).toBe('1');
    });

    it('names the user of each', async () => {
        const { client, list } = await withRuns();

        const { id } = await client.user().get();
        expect((await list('/actor-runs')).items.map(({ userId }) => userId)).toEqual([id, id, id]);
    });
});

describe('a limit of 0', () => {
    it.each([
        '/actor-runs',
        '/actors',
        '/actors/actor/runs',
        '/datasets',
        '/key-value-stores',
        '/request-queues',
        '/store',
    ])('means no limit: %s', async (path) => {
        const { list } = await withRuns();

        const page = await list(`${path}?limit=0`);

        expect(page).toMatchObject({ limit: 1000, count: page.total });
        expect((await list(`${path}?limit=5000`)).limit).toBe(1000);
    });

    it('means no limit for items, keys and requests', async () => {
        const { client } = await withRuns();
        const { id } = await client.datasets().getOrCreate();
        await client.dataset(id).pushItems([{ n: 1 }, { n: 2 }]);
        const store = await client.keyValueStores().getOrCreate();
        const queue = await client.requestQueues().getOrCreate();

        expect((await send(client, `/datasets/${id}/items?limit=0`)).body).toEqual([{ n: 1 }, { n: 2 }]);
        expect((await send(client, `/key-value-stores/${store.id}/keys?limit=0`)).status).toBe(200);
        expect((await send(client, `/request-queues/${queue.id}/head?limit=0`)).status).toBe(200);
        expect((await send(client, `/request-queues/${queue.id}/requests?limit=0`)).status).toBe(200);
    });
});

describe('a list of Actors over the API', () => {
    it('is sorted by creation or by last run', async () => {
        const { engine, clock, list } = await withRuns();
        await engine.addActor({ name: 'younger', run: async () => {} });
        await clock.advance('1m');
        const names = async (query: string) => (await list(`/actors?${query}`)).items.map(({ name }) => name);

        expect(await names('sortBy=createdAt')).toEqual(['actor', 'younger']);
        expect(await names('sortBy=stats.lastRunStartedAt')).toEqual(['younger', 'actor']);
        expect(await names('sortBy=stats.lastRunStartedAt&desc=1&my=1')).toEqual(['actor', 'younger']);
    });
});

describe('a wait for the end of a run over the API', () => {
    it('is limited to a minute', async () => {
        const { engine, clock, client } = await withRuns();
        await engine.addActor({
            name: 'stays',
            run: ({ signal }: ActorFunctionContext) =>
                new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
        });
        const { id } = await engine.start('stays');
        const timers = clock.pendingTimers;
        let isAnswered = false;

        const asked = send(client, `/actor-runs/${id}?waitForFinish=999999`).finally(() => {
            isAnswered = true;
        });
        await waitUntil('the request waits', async () => clock.pendingTimers > timers);
        await clock.advance('59s');
        expect(isAnswered).toBe(false);
        await clock.advance('1s');

        expect(await asked).toMatchObject({ status: 200, body: { data: { status: 'RUNNING' } } });
    });
});
