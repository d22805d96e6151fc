import { newId, newSecret } from '../util/ids.js';
import { publicVersion, type StoredVersion } from './version-records.js';
import type { Actor, TaggedBuild } from '../model/actor.js';

/** An Actor as it is kept: with all of its versions, and with what only the engine needs to know. */
export interface StoredActor extends Omit<Actor, 'versions'> {
    versions: StoredVersion[];
    /** The last number given to a build of each version: one that was deleted is not given again. */
    lastBuilds?: Record<string, number>;
}

/** What a new Actor is made of. */
export interface NewActor {
    name: string;
    username: string;
    userId: string;
    now: Date;
    title?: string;
    description?: string;
    /** The tag of the build that its runs get by default. */
    build?: string;
    memoryMbytes?: number;
}

/** Runs without a word on memory get this much, as on the platform. */
const DEFAULT_MEMORY_MBYTES = 1024;
/** The tag of the build that runs get by default. */
export const DEFAULT_TAG = 'latest';

/** An Actor that has neither versions nor builds yet. */
export function newActor({ name, username, userId, now, ...rest }: NewActor): StoredActor {
    return {
        id: newId(),
        userId,
        name,
        username,
        title: rest.title,
        description: rest.description,
        isPublic: false,
        createdAt: now,
        modifiedAt: now,
        stats: {
            totalBuilds: 0,
            totalRuns: 0,
            totalUsers: 1,
            totalUsers7Days: 1,
            totalUsers30Days: 1,
            totalUsers90Days: 1,
            totalMetamorphs: 0,
        },
        versions: [],
        defaultRunOptions: {
            build: rest.build ?? DEFAULT_TAG,
            timeoutSecs: 0,
            memoryMbytes: rest.memoryMbytes ?? DEFAULT_MEMORY_MBYTES,
        },
        taggedBuilds: {},
        deploymentKey: newSecret(),
        actorPermissionLevel: 'FULL_PERMISSIONS',
    };
}

/** A copy that its receiver may do with as it likes; by hand, since one is made at each start of a run. */
export function copyActor({ lastBuilds: _, ...actor }: StoredActor): Actor {
    const taggedBuilds = Object.entries(actor.taggedBuilds).map(([tag, build]) => [tag, { ...build }] as const);
    return {
        ...actor,
        stats: { ...actor.stats },
        versions: actor.versions.map(publicVersion),
        defaultRunOptions: { ...actor.defaultRunOptions },
        taggedBuilds: Object.fromEntries(taggedBuilds),
        ...(actor.pricingInfos && { pricingInfos: structuredClone(actor.pricingInfos) }),
        ...(actor.categories && { categories: [...actor.categories] }),
        ...(actor.exampleRunInput && { exampleRunInput: { ...actor.exampleRunInput } }),
        ...(actor.actorStandby && { actorStandby: { ...actor.actorStandby } }),
    };
}

/** Moves a tag to a build, or takes it away. Any text can be a tag, also one that objects have a meaning for. */
export function setTag(actor: StoredActor, tag: string, build: TaggedBuild | undefined): void {
    const others = Object.entries(actor.taggedBuilds).filter(([name]) => name !== tag);
    actor.taggedBuilds = Object.fromEntries(build === undefined ? others : [...others, [tag, build]]);
}
