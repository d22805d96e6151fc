import { describe, expect, it } from 'vitest';
import { handleTrustedRequest, app } from '../../src/api/api.js';
import { OPERATIONS, type Operation } from '../../src/protocol/operations.js';
import { recordingClient } from './recording-client.js';

/** Does not use the engine. */
const WITHOUT_OPERATION = 'ALL /v2/browser-info';

const routes = app.routes.filter(({ method }) => method !== 'OPTIONS');

/** The operation that a request asks for, as faults of tests meet it. */
async function operationOf(method: string, path: string): Promise<Operation | undefined> {
    let met: Operation | undefined;
    const url = `http://engine.invalid${path.replaceAll(/:\w+(\{[^}]*\})?/g, 'something')}`;
    await handleTrustedRequest(new Request(url, { method }), recordingClient().client, async (operation) => {
        met = operation;
        throw new Error('Goes no further.');
    });
    return met;
}

describe('the operations of routes', () => {
    it('have a known name, for every route that uses the engine', async () => {
        for (const { method, path } of routes) {
            const operation = await operationOf(method === 'ALL' ? 'PUT' : method, path);

            const isKnown = operation !== undefined && OPERATIONS.has(operation.name);
            expect([method, path, isKnown]).toEqual([method, path, `${method} ${path}` !== WITHOUT_OPERATION]);
        }
    });

    it('have a route for every name', async () => {
        const asked = routes.map(({ method, path }) => operationOf(method === 'ALL' ? 'PUT' : method, path));
        const all = await Promise.all([...asked, operationOf('HEAD', '/v2/key-value-stores/store/records/key')]);

        const names = new Set(all.map((operation) => operation?.name));
        expect([...OPERATIONS].filter((name) => !names.has(name))).toEqual([]);
    });

    it.each([
        ['POST', '/actors/a/runs/b/dataset/items', 'dataset.pushItems'],
        ['PUT', '/actor-runs/a/request-queue/requests/b/lock', 'requestQueue.prolongRequestLock'],
        ['POST', '/acts/a/runs', 'actor.start'],
        ['GET', '/acts/a/runs', 'runs.list'],
        ['PUT', '/actor-runs/a', 'run.update'],
        ['POST', '/datasets', 'datasets.getOrCreate'],
        ['HEAD', '/actor-runs/a/key-value-store/records/b', 'keyValueStore.recordExists'],
        ['GET', '/schedules/a/log', 'schedule.getLog'],
        ['GET', '/actor-builds/a/log', 'log.get'],
    ])('names %s %s', async (method, path, name) => {
        expect((await operationOf(method, `/v2${path}`))?.name).toBe(name);
    });

    it('have the key of their record', async () => {
        const record = '/v2/key-value-stores/a/records/b%2Fc';

        expect(await operationOf('PUT', record)).toEqual({ name: 'keyValueStore.setRecord', key: 'b/c' });
    });
});

describe('the routes of the API', () => {
    it('are each reached by their own path', () => {
        for (const { method, path, handler } of routes) {
            const own = path.replaceAll(/:\w+(\{[^}]*\})?/g, 'something');
            const [[first]] = app.router.match(method === 'ALL' ? 'PUT' : method, own);

            expect(first?.[0][0], `${method} ${path}`).toBe(handler);
        }
    });
});
