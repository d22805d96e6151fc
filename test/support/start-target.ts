import type { StartTarget } from '../../src/lifecycle/parts.js';
import type { Actor, Build } from '../../src/model/actor.js';

/** An Actor and its build that can be started, for tests that execute nothing. */
export function targetNamed(name: string): StartTarget {
    const createdAt = new Date('2030-01-01T00:00:00.000Z');
    const actor: Actor = {
        id: `id-of-${name}`,
        userId: 'me',
        name,
        username: 'me',
        isPublic: false,
        createdAt,
        modifiedAt: createdAt,
        stats: {
            totalBuilds: 1,
            totalRuns: 0,
            totalUsers: 1,
            totalUsers7Days: 1,
            totalUsers30Days: 1,
            totalUsers90Days: 1,
            totalMetamorphs: 0,
        },
        versions: [],
        defaultRunOptions: { build: 'latest', timeoutSecs: 0, memoryMbytes: 256 },
        taggedBuilds: {},
        deploymentKey: '',
        actorPermissionLevel: 'FULL_PERMISSIONS',
    };
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
