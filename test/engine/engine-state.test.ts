import { serialize, deserialize } from 'node:v8';
import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { DOCUMENT_KINDS } from '../../src/records/document-store.js';
import { describeEngine, fillEngine } from '../support/full-engine.js';
import { makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import type { EngineState } from '../../src/engine/snapshot/engine-state.js';
import type { Engine, EngineOptions, EngineSnapshot } from 'greenroom';

const START = new Date('2027-03-01T10:10:00.000Z');
const NOT_RETRIED = /refused|ECONNREFUSED/i;

function stateOf(snapshot: EngineSnapshot): EngineState {
    return snapshot.state as EngineState;
}

/** Returns a state without the times of the last access, which change with each read. */
function comparable(snapshot: EngineSnapshot): object {
    const { documents, storages, ...rest } = stateOf(snapshot);
    const byId = ([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number =>
        a < b ? -1 : 1;
    return {
        ...rest,
        charges: rest.charges.toSorted(byId),
        logs: rest.logs.toSorted(byId),
        sources: rest.sources.folders.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        documents: Object.fromEntries(DOCUMENT_KINDS.map((kind) => [kind, parsed(documents[kind].toSorted(byId))])),
        storages: Object.fromEntries(
            Object.entries(storages).map(([kind, list]) => [
                kind,
                list
                    .map(({ id, lines, records }) => [id, Buffer.concat(lines).toString(), records] as const)
                    .toSorted(byId),
            ]),
        ),
    };
}

function parsed(documents: readonly (readonly [string, string])[]): unknown[] {
    return documents.map(([id, json]) => {
        const document = JSON.parse(json) as { blueprint?: Record<string, unknown> };
        // Another engine stores the files of a build in another location.
        for (const name of ['directory', 'entryFile']) delete document.blueprint?.[name];
        return [id, document];
    });
}

describe('the state of an engine in memory', () => {
    async function open(more: EngineOptions = {}): Promise<{ engine: Engine; clock: ManualClock }> {
        const clock = new ManualClock(START);
        return { engine: await makeEngine({ clock, ...more }), clock };
    }

    it('has all kinds of documents, storages, charges, logs, keys and sources in a snapshot', async () => {
        const { engine } = await open();
        await fillEngine(engine);

        const state = stateOf(await engine.snapshot());

        const missing = DOCUMENT_KINDS.filter((kind) => state.documents[kind].length === 0);
        expect(missing).toEqual([]);
        expect(Object.entries(state.storages).filter(([, list]) => list.length < 2)).toEqual([]);
        expect(state.charges).toHaveLength(1);
        expect(state.logs.length).toBeGreaterThan(3);
        expect(state.secretKey).toEqual(expect.any(String));
        expect(state.sources.folders.length).toBeGreaterThan(1);
    });

    it('is restored completely after any changes', async () => {
        const { engine } = await open();
        const { runId } = await fillEngine(engine);
        const before = await describeEngine(engine);
        const snapshot = await engine.snapshot();
        const { client } = engine;
        await engine.call('doubles', { n: 1 });
        await client.run(runId).delete();
        await client.actor('writes-all').delete();
        await client.dataset('products').pushItems([{ sku: 'c' }]);
        await client.keyValueStore('config').setRecord({ key: 'SETTINGS', value: 1 });
        await client.keyValueStore('config').setRecord({ key: 'blob', value: Buffer.alloc(20_000, 2) });
        await client.requestQueue('todo').addRequest({ url: 'https://example.com/d', uniqueKey: 'd' });
        await client.schedule('hourly').delete();

        await engine.restore(snapshot);

        expect(await describeEngine(engine)).toEqual(before);
        expect(comparable(await engine.snapshot())).toEqual(comparable(snapshot));
    });

    it('can be restored in another engine from serialized bytes', async () => {
        const { engine } = await open();
        const { runId } = await fillEngine(engine);
        const before = await describeEngine(engine);
        const bytes = serialize(await engine.snapshot());
        await engine.close({ force: true });
        const clock = new ManualClock(START);
        const second = await makeEngine({ clock });

        await second.restore(deserialize(bytes) as EngineSnapshot);

        expect(await describeEngine(second)).toEqual(before);
        const again = await second.call('writes-all', { password: 'secret' });
        expect([again.status, await again.output()]).toEqual(['SUCCEEDED', { got: 6, token: 's3cret' }]);
        expect((await second.run(runId)!.charges()).chargedEventCounts).toMatchObject({ page: 2 });
    });

    it('is independent of the snapshot after a restore', async () => {
        const { engine } = await open();
        await fillEngine(engine);
        const snapshot = await engine.snapshot();
        const before = comparable(snapshot);
        for (let round = 0; round < 3; round++) {
            await engine.client.dataset('products').pushItems([{ sku: `extra ${round}` }]);
            await engine.client.keyValueStore('config').setRecord({ key: 'blob', value: Buffer.alloc(20_000, 3) });
            await engine.client.keyValueStore('config').setRecord({ key: 'note', value: 'TEXT' });
            await engine.client.requestQueue('todo').addRequest({ url: 'https://example.com/d', uniqueKey: 'd' });

            await engine.restore(snapshot);
        }

        expect(comparable(snapshot)).toEqual(before);
        expect(comparable(await engine.snapshot())).toEqual(before);
    });

    it('has the locks of requests, which expire at their original time', async () => {
        const { engine, clock } = await open();
        const { lockedId } = await fillEngine(engine);
        const snapshot = await engine.snapshot();
        await engine.client.requestQueue('todo', { clientKey: 'locker' }).deleteRequestLock(lockedId);

        await engine.restore(snapshot);

        const queue = engine.client.requestQueue('todo', { clientKey: 'other' });
        const ids = async (): Promise<string[]> => (await queue.listHead()).items.map(({ id }) => id);
        expect(await ids()).not.toContain(lockedId);
        await expect(queue.prolongRequestLock(lockedId, { lockSecs: 1 })).rejects.toThrow(/lock/);
        await clock.advance('601s');
        expect(await ids()).toContain(lockedId);
    });

    it('is empty after a reset, except for users and tokens', async () => {
        const { engine } = await open({ username: 'somebody' });
        const { token } = engine;
        const me = await engine.client.user().get();
        const empty = comparable(await engine.snapshot());
        await fillEngine(engine);

        await engine.reset();

        expect(comparable(await engine.snapshot())).toEqual(empty);
        expect(engine.token).toBe(token);
        expect(await engine.client.user().get()).toEqual(me);
        expect((await engine.client.actors().list()).total).toBe(0);
    });

    it('aborts live runs on a restore and resolves waits for them', async () => {
        const { engine } = await open();
        await fillEngine(engine);
        const snapshot = await engine.snapshot();
        const run = await engine.start('sleeps');
        const finished = run.finished();
        const called = engine.call('sleeps');
        await waitUntil('both to run', async () => (await engine.client.runs().list()).total === 3);

        await engine.restore(snapshot);

        expect((await finished).status).toBe('ABORTED');
        expect((await called).status).toBe('ABORTED');
        expect(engine.run(run.id)).toBeUndefined();
    });

    it('has live runs of the snapshot as ABORTED', async () => {
        const { engine } = await open();
        await fillEngine(engine);
        const run = await engine.start('sleeps');
        const snapshot = await engine.snapshot();
        await run.abort();

        await engine.restore(snapshot);

        expect(await run.info()).toMatchObject({ status: 'ABORTED', statusMessage: expect.stringContaining('ended') });
    });

    it('restarts live runs of the snapshot with the recovery `resurrect`', async () => {
        const { engine } = await open({ recovery: 'resurrect' });
        await fillEngine(engine);
        const run = await engine.start('sleeps');
        const snapshot = await engine.snapshot();
        await run.abort();

        await engine.restore(snapshot);

        await waitUntil('it to run again', () => run.status === 'RUNNING');
        expect((await run.info()).stats.resurrectCount).toBe(1);
    });

    it('fires schedules from the restore on, and none of the previous state', async () => {
        const { engine, clock } = await open();
        await engine.addActor({ name: 'doubles', run: () => 1 });
        const actions = [{ type: 'RUN_ACTOR' as const, actorId: 'doubles', runInput: { body: '{}' } }];
        const schedule = { isEnabled: true, isExclusive: false, cronExpression: '@hourly', actions };
        await engine.client.schedules().create({ name: 'hourly', ...schedule });
        const snapshot = await engine.snapshot();
        await engine.client.schedules().create({ name: 'other', ...schedule });
        await clock.advance('5h');
        expect((await engine.client.runs().list()).total).toBe(10);

        await engine.restore(snapshot);

        await clock.advance('10m');
        expect((await engine.client.runs().list()).total).toBe(0);
        await clock.advance('2h');
        expect((await engine.client.runs().list()).total).toBe(2);
    });

    it('delivers pending dispatches of the snapshot, and none of the previous state', async () => {
        const { engine, clock } = await open();
        const attempts: string[] = [];
        engine.on('webhook.dispatched', ({ dispatch }) => attempts.push(dispatch.id));
        await fillEngine(engine);
        const snapshot = await engine.snapshot();
        const known = (await engine.client.webhookDispatches().list()).items.map(({ id }) => id);
        await engine.call('writes-all', { password: 'x' });
        await engine.restore(snapshot);
        attempts.length = 0;

        await clock.advance('2m');

        await waitUntil('the second attempt', () => attempts.length > 0);
        expect(new Set(attempts)).toEqual(new Set(known));
        const [dispatch] = (await engine.client.webhookDispatches().list()).items;
        expect(dispatch!.calls.at(-1)!.errorMessage).toMatch(NOT_RETRIED);
    });

    it('is accessible through existing handles and clients', async () => {
        const { engine } = await open();
        const { runId } = await fillEngine(engine);
        const handle = engine.run(runId)!;
        const { dataset } = handle;
        const products = engine.client.dataset('products');
        const { client } = engine;
        const snapshot = await engine.snapshot();
        await engine.reset();
        await expect(products.listItems()).rejects.toMatchObject({ code: 'record-not-found' });
        expect(handle.status).toBe('SUCCEEDED');

        await engine.restore(snapshot);

        expect((await products.listItems()).items).toEqual([{ sku: 'a' }, { sku: 'b' }]);
        expect((await dataset.listItems()).total).toBe(2);
        expect(await handle.items()).toHaveLength(2);
        expect(await client.task('doubles-four').get()).toBeDefined();
        expect((await client.task('doubles-four').call()).status).toBe('SUCCEEDED');
    });

    it('is accessible through the same listener and token', async () => {
        const { engine } = await open();
        const listener = await engine.listen();
        const snapshot = await engine.snapshot();
        await engine.addActor({ name: 'later', run: () => 1 });
        const ask = async (): Promise<number> => {
            const headers = { authorization: `Bearer ${engine.token}` };
            const answer = await fetch(`${listener.url}/v2/acts`, { headers });
            return ((await answer.json()) as { data: { total: number } }).data.total;
        };
        expect(await ask()).toBe(1);

        await engine.restore(snapshot);

        expect(await ask()).toBe(0);
    });

    it('belongs to the users with the same names in another engine, which keep their tokens', async () => {
        const { engine } = await open({ users: [{ username: 'alice' }, { username: 'bob', token: 'token-of-bob' }] });
        const askAs = async (asked: Engine, token: string): Promise<string[]> => {
            const headers = { authorization: `Bearer ${token}` };
            const answer = await asked.fetch(new Request('http://engine/v2/datasets', { headers }));
            const { data } = (await answer.json()) as { data: { items: { name: string }[] } };
            return data.items.map(({ name }) => name);
        };
        const headers = { authorization: 'Bearer token-of-bob' };
        await engine.fetch(new Request('http://engine/v2/datasets?name=of-bob', { method: 'POST', headers }));
        await engine.storages.seed({ datasets: { 'of-alice': [] } });
        const snapshot = structuredClone(await engine.snapshot());
        expect(Buffer.from(serialize(snapshot)).includes('token-of-bob')).toBe(false);
        const { engine: second } = await open({ users: [{ username: 'alice' }, { username: 'bob', token: 'other' }] });

        await second.restore(snapshot);

        expect(await askAs(second, 'other')).toEqual(['of-bob']);
        expect(await askAs(second, second.token)).toEqual(['of-alice']);
        await second.reset();
        expect(await askAs(second, 'other')).toEqual([]);
    });

    it('is changed in the order of the calls', async () => {
        const { engine } = await open();
        await engine.addActor({ name: 'first', run: () => 1 });

        const asked = engine.snapshot();
        const reset = engine.reset();
        const empty = engine.snapshot();
        const [full, , none] = await Promise.all([asked, reset, empty]);
        await Promise.all([engine.restore(none), engine.restore(full), engine.restore(none), engine.restore(full)]);

        expect((await engine.client.actors().list()).items.map(({ name }) => name)).toEqual(['first']);
    });

    it('is discarded if the engine is closed during a restore', async () => {
        const { engine } = await open();
        await engine.addActor({ name: 'first', run: () => 1 });
        const snapshot = await engine.snapshot();

        const restored = engine.restore(snapshot);
        const closed = engine.close();

        await expect(restored).rejects.toMatchObject({ code: 'engine-closed' });
        await closed;
        await expect(engine.snapshot()).rejects.toMatchObject({ code: 'engine-closed' });
        await expect(engine.restore(snapshot)).rejects.toMatchObject({ code: 'engine-closed' });
        await expect(engine.reset()).rejects.toMatchObject({ code: 'engine-closed' });
    });

    it.each([
        ['another version', (snapshot: EngineSnapshot) => ({ ...snapshot, version: 99 }), /version 99/],
        ['an object that is not a snapshot', () => ({}) as EngineSnapshot, /engine\.snapshot/],
        ['undefined', () => undefined as unknown as EngineSnapshot, /engine\.snapshot/],
        [
            'a promise of a snapshot',
            (snapshot: EngineSnapshot) => Promise.resolve(snapshot) as unknown as EngineSnapshot,
            /Use `await`: it is a promise/,
        ],
        ['a snapshot without a state', (snapshot: EngineSnapshot) => ({ ...snapshot, state: {} }), /documents/],
        [
            'a snapshot with ids that point to other paths',
            (snapshot: EngineSnapshot) => ({ ...snapshot, state: { ...snapshot.state, logs: [['../../x', 'text']] } }),
            /logs\[0\]/,
        ],
    ])('rejects %s and is unchanged', async (_what, change, message) => {
        const { engine } = await open();
        await engine.addActor({ name: 'first', run: () => 1 });
        const snapshot = change(await engine.snapshot());

        const refused = { code: 'snapshot-not-usable', message: expect.stringMatching(message) };
        await expect(engine.restore(snapshot)).rejects.toMatchObject(refused);

        expect((await engine.call('first')).status).toBe('SUCCEEDED');
    });

    it('rejects a snapshot with invalid documents and is unchanged', async () => {
        const { engine } = await open();
        await fillEngine(engine);
        const snapshot = structuredClone(await engine.snapshot());
        const [dataset] = stateOf(snapshot).storages.dataset as unknown as { document: string }[];
        dataset!.document = '{"id":"other"}';

        await expect(engine.restore(snapshot)).rejects.toMatchObject({ code: 'storage-corrupted' });

        expect((await engine.client.dataset('products').listItems()).total).toBe(2);
    });

    it('reports functions that are missing in a copy of a snapshot', async () => {
        const { engine } = await open();
        await engine.addActor({ name: 'doubles', run: ({ input }) => (input as { n: number }).n * 2 });
        const snapshot = await engine.snapshot();
        const { engine: second } = await open();
        const warnings: string[] = [];
        second.on('warning', ({ message }) => warnings.push(message));

        await second.restore(snapshot);
        expect(await (await second.call('doubles', { n: 4 })).output()).toBe(8);
        expect(warnings).toEqual([]);
        await second.reset();
        await second.restore(structuredClone(snapshot));

        expect(warnings).toEqual([expect.stringContaining('doubles')]);
        expect((await second.call('doubles', { n: 4 })).status).toBe('FAILED');
        await second.addActor({ name: 'doubles', run: () => 1 });
        expect(await (await second.call('doubles', { n: 4 })).output()).toBe(1);
    });

    it('is inaccessible to an Actor of the previous state', async () => {
        const { engine } = await open({ terminateTimeoutSecs: 0 });
        let goOn = (): void => {};
        const told = new Promise<void>((resolve) => (goOn = resolve));
        let hasBegun = false;
        let refusal: unknown;
        await engine.addActor({
            name: 'stubborn',
            run: async ({ Actor }) => {
                hasBegun = true;
                await told;
                try {
                    await Actor.pushData({ late: true });
                } catch (error) {
                    refusal = error;
                }
            },
        });
        const snapshot = await engine.snapshot();
        await engine.start('stubborn');
        await waitUntil('it to run', () => hasBegun);

        await engine.restore(snapshot);
        goOn();

        await waitUntil('it to be refused', () => refusal);
        expect((await engine.client.datasets().list({ unnamed: true })).total).toBe(0);
    });
});
