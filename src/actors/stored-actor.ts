import { newId, newSecret } from '../util/ids.js';
import { DEFAULT_TAG, toPublicVersion, type StoredVersion } from './actor-versions.js';
import { withoutNull } from '../util/json/without-undefined.js';
import type { Actor, TaggedBuild } from '../model/api/actor.js';
import type { ActorFields } from '../model/client/client.js';
import type { ActorRunPricingInfo } from '../model/api/pricing.js';

/** A user who owns Actors. */
export interface ActorOwner {
    readonly id: string;
    readonly username: string;
}

/** A stored Actor: with its stored versions and internal fields. */
export interface StoredActor extends Omit<Actor, 'versions'> {
    versions: StoredVersion[];
    /** The last build number of each version. Numbers of deleted builds are not reused. */
    lastBuilds?: Record<string, number>;
}

/** Default memory of runs, as on the platform. */
const DEFAULT_MEMORY_MBYTES = 1024;

/** Optional fields that are copied unchanged; null removes them. */
const OPTIONAL_FIELDS = [
    'title',
    'description',
    'isDeprecated',
    'categories',
    'seoTitle',
    'seoDescription',
    'exampleRunInput',
    'restartOnError',
] as const;

/** Creates an Actor without versions and builds. */
export function createActor(name: string, { id: userId, username }: ActorOwner, now: Date): StoredActor {
    return {
        id: newId(),
        userId,
        name,
        username,
        // Undefined fields fix the order in which they are shown.
        title: undefined,
        description: undefined,
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
            build: DEFAULT_TAG,
            timeoutSecs: 0,
            memoryMbytes: DEFAULT_MEMORY_MBYTES,
        },
        taggedBuilds: {},
        deploymentKey: newSecret(),
        actorPermissionLevel: 'FULL_PERMISSIONS',
    };
}

/** Copies an Actor for clients. Faster than `structuredClone`, because each start of a run makes a copy. */
export function copyActor({ lastBuilds: _, ...actor }: StoredActor): Actor {
    const taggedBuilds = Object.entries(actor.taggedBuilds).map(([tag, build]) => [tag, { ...build }] as const);
    return {
        ...actor,
        stats: { ...actor.stats },
        versions: actor.versions.map(toPublicVersion),
        defaultRunOptions: { ...actor.defaultRunOptions },
        taggedBuilds: Object.fromEntries(taggedBuilds),
        ...(actor.pricingInfos && { pricingInfos: structuredClone(actor.pricingInfos) }),
        ...(actor.categories && { categories: [...actor.categories] }),
        ...(actor.exampleRunInput && { exampleRunInput: { ...actor.exampleRunInput } }),
        ...(actor.actorStandby && { actorStandby: { ...actor.actorStandby } }),
    };
}

/** Moves a tag to a build, or removes it. Any string can be a tag, including names such as `__proto__`. */
export function setTag(actor: StoredActor, tag: string, build: TaggedBuild | undefined): void {
    const others = Object.entries(actor.taggedBuilds).filter(([name]) => name !== tag);
    actor.taggedBuilds = Object.fromEntries(build === undefined ? others : [...others, [tag, build]]);
}

/** The validated changes of an Actor. */
interface ActorChange {
    fields: ActorFields;
    versions: StoredVersion[] | undefined;
    pricingInfos: ActorRunPricingInfo[] | undefined;
    now: Date;
}

/** Applies validated changes to an Actor. */
export function applyChanges(actor: StoredActor, { fields, versions, pricingInfos, now }: ActorChange): void {
    const optional = OPTIONAL_FIELDS.filter((name) => fields[name] !== undefined);
    Object.assign(actor, structuredClone(Object.fromEntries(optional.map((name) => [name, fields[name]]))));
    for (const name of optional) if (fields[name] === null) delete actor[name];
    if (actor.exampleRunInput?.body === undefined) delete actor.exampleRunInput;
    const { name, isPublic, actorPermissionLevel, actorStandby, restartOnError, defaultRunOptions } = fields;
    const required = { name, isPublic, actorPermissionLevel, versions, pricingInfos };
    Object.assign(actor, withoutNull(required), { modifiedAt: now });
    if (actorStandby === null) delete actor.actorStandby;
    else if (actorStandby !== undefined && Object.keys(actorStandby).length > 0) {
        actor.actorStandby = { isEnabled: false, ...actor.actorStandby, ...withoutNull(actorStandby) };
    }
    Object.assign(actor.defaultRunOptions, withoutNull({ restartOnError }), withoutNull({ ...defaultRunOptions }));
}
