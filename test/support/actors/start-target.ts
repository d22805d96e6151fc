import { makeActor } from './actor-record.js';
import type { RunTarget } from '../../../src/run/interfaces.js';
import type { Build } from '../../../src/model/api/actor.js';

/** Creates an Actor and a build that can be started, for tests that execute nothing. */
export function targetNamed(name: string): RunTarget {
    const createdAt = new Date('2030-01-01T00:00:00.000Z');
    const actor = makeActor(name, `id-of-${name}`, createdAt);
    const build: Build = {
        id: `build-of-${name}`,
        actId: actor.id,
        userId: 'me',
        buildNumber: '0.0.1',
        buildNumberInt: 1,
        status: 'SUCCEEDED',
        startedAt: createdAt,
        finishedAt: createdAt,
        meta: { origin: 'API', userAgent: 'test' },
        usageTotalUsd: 0,
    };
    return {
        actor,
        build,
        envVars: {},
        memory: {},
        isFunction: false,
        resolveRunnable: async () => ({ type: 'function', run: () => undefined }),
    };
}
