import type { Actor } from '../../../src/model/api/actor.js';

/** Creates the record of an Actor with one build and no runs, for tests that execute nothing. */
export function makeActor(name: string, id: string, createdAt: Date): Actor {
    return {
        id,
        userId: 'user1',
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
        defaultRunOptions: { build: 'latest', timeoutSecs: 0, memoryMbytes: 1024 },
        taggedBuilds: {},
        deploymentKey: 'key',
        actorPermissionLevel: 'FULL_PERMISSIONS',
    };
}
