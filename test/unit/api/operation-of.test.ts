import { describe, expect, it } from 'vitest';
import { operationOfRoute } from '../../../src/api/operation-of.js';
import { routes } from '../../../src/api/routes.js';
import { OPERATIONS } from '../../../src/protocol/operations.js';

/** Work on nothing of the engine's. */
const WITHOUT = ['ALL /browser-info'];

const named = Object.keys(routes).map((route) => {
    const [method = '', path = ''] = route.split(' ');
    return { route, name: operationOfRoute(method, path) };
});

describe('the operations of routes', () => {
    it('has a name for every route', () => {
        expect(named.filter(({ name }) => name === undefined).map(({ route }) => route)).toEqual(WITHOUT);
        expect(named.filter(({ name }) => name !== undefined && !OPERATIONS.has(name))).toEqual([]);
    });

    it('has a route for every name', () => {
        const reached = new Set(named.map(({ name }) => name).concat(operationOfRoute('HEAD', RECORD)));

        expect([...OPERATIONS].filter((name) => !reached.has(name))).toEqual([]);
    });

    it.each([
        ['POST', '/actors/:actorId/runs/:runId/dataset/items', 'dataset.pushItems'],
        ['PUT', '/actor-runs/:runId/request-queue/requests/:requestId/lock', 'requestQueue.prolongRequestLock'],
        ['POST', '/acts/:actorId/runs', 'actor.start'],
        ['GET', '/acts/:actorId/runs', 'runs.list'],
        ['PUT', '/actor-runs/:runId', 'run.update'],
        ['POST', '/datasets', 'datasets.getOrCreate'],
        ['HEAD', '/actor-runs/:runId/key-value-store/records/:key{.+}', 'keyValueStore.recordExists'],
        ['GET', '/schedules/:scheduleId/log', 'schedule.getLog'],
        ['GET', '/actor-builds/:buildId/log', 'log.get'],
    ])('names %s %s', (method, path, name) => {
        expect(operationOfRoute(method, path)).toBe(name);
    });
});

const RECORD = '/key-value-stores/:storeId/records/:key{.+}';
