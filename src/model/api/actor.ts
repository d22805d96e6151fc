import type { Isolation } from '../execution.js';
import type { ActorRunPricingInfo } from './pricing.js';
import type { JobStatus } from './status.js';
import type { ActorVersion, SourceFile, SourceFolder, SourceType } from './version.js';

export type { ActorVersion, SourceFile } from './version.js';

/** Where the options of a run come from when its caller names none. */
export interface DefaultRunOptions {
    build: string;
    timeoutSecs: number;
    memoryMbytes: number;
    restartOnError?: boolean;
    maxItems?: number;
    maxTotalChargeUsd?: number;
    /** Kept, but without effect: there is one level of permissions here. */
    forcePermissionLevel?: PermissionLevel;
}

/** What an Actor may do on the platform. */
export type PermissionLevel = 'LIMITED_PERMISSIONS' | 'FULL_PERMISSIONS';

/** What a run may be started with, to try the Actor. */
export interface ExampleRunInput {
    body: string;
    contentType: string;
}

/** How the platform keeps an Actor on standby. It is kept, but without effect. */
export interface ActorStandby {
    isEnabled: boolean;
    build?: string;
    desiredRequestsPerActorRun?: number;
    disableStandbyFieldsOverride?: boolean;
    idleTimeoutSecs?: number;
    maxRequestsPerActorRun?: number;
    memoryMbytes?: number;
    shouldPassActorInput?: boolean;
}

/** Which build a tag points to. */
export interface TaggedBuild {
    buildId: string;
    buildNumber: string;
    buildNumberInt: number;
    finishedAt?: Date;
}

/** Counts over an Actor's life. */
export interface ActorStats {
    totalBuilds: number;
    totalRuns: number;
    totalUsers: number;
    totalUsers7Days: number;
    totalUsers30Days: number;
    totalUsers90Days: number;
    totalMetamorphs: number;
    lastRunStartedAt?: Date;
}

/** A program that can be run, in the shape of the API's Actor object. */
export interface Actor {
    id: string;
    userId: string;
    name: string;
    username: string;
    title?: string;
    description?: string;
    isPublic: boolean;
    createdAt: Date;
    modifiedAt: Date;
    stats: ActorStats;
    versions: ActorVersion[];
    /** How its runs are paid for; the latest one that has started counts. Default: not at all. */
    pricingInfos?: ActorRunPricingInfo[];
    defaultRunOptions: DefaultRunOptions;
    taggedBuilds: Record<string, TaggedBuild>;
    deploymentKey: string;
    /** How its runs are kept apart from the host, unless they say otherwise. Default: as the engine does. */
    isolation?: Isolation;
    actorPermissionLevel: PermissionLevel;
    /** Deprecated in the API, where it has become a default run option; it sets that one. */
    restartOnError?: boolean;
    isDeprecated?: boolean;
    categories?: string[];
    seoTitle?: string;
    seoDescription?: string;
    exampleRunInput?: ExampleRunInput;
    actorStandby?: ActorStandby;
}

/** A version of an Actor made runnable, in the shape of the API's Build object. */
export interface Build {
    id: string;
    actId: string;
    userId: string;
    buildNumber: string;
    buildNumberInt: number;
    status: JobStatus;
    startedAt: Date;
    finishedAt?: Date;
    meta: { origin: string; userAgent: string };
    /** Why it has failed or was aborted; absent in one that has succeeded. */
    statusMessage?: string;
    /** With which code the Actor's own build script has ended, if it had one. */
    exitCode?: number;
    /** Absent until it has ended. */
    stats?: BuildStats;
    /** Absent for a folder that is read as it is, which nothing was built of. */
    options?: BuildOptions;
    /** The version that it is a snapshot of. */
    actVersion?: BuildVersion;
    /** The parsed `.actor/actor.json`, if the Actor has one. */
    actorDefinition?: ActorDefinition;
    /** The input schema, as JSON. */
    inputSchema?: string;
    readme?: string;
    usage?: { ACTOR_COMPUTE_UNITS: number };
    usageUsd?: { ACTOR_COMPUTE_UNITS: number };
    usageTotalUsd: number;
}

/** How long a build took. */
export interface BuildStats {
    durationMillis: number;
    runTimeSecs: number;
    computeUnits: number;
}

/** How a build was asked for. */
export interface BuildOptions {
    useCache: boolean;
    betaPackages: boolean;
    memoryMbytes: number;
    diskMbytes: number;
}

/** The version that a build is a snapshot of, without its environment variables. */
export interface BuildVersion {
    versionNumber: string;
    sourceType: SourceType;
    buildTag: string;
    sourceFiles?: (SourceFile | SourceFolder)[];
    gitRepoUrl?: string;
    tarballUrl?: string;
    gitHubGistUrl?: string;
}

/** What `.actor/actor.json` says; schemas are read in, not left as paths. */
export interface ActorDefinition {
    actorSpecification: number;
    name: string;
    version: string;
    title?: string;
    description?: string;
    buildTag?: string;
    environmentVariables?: Record<string, string>;
    dockerfile?: string;
    /** A text is an expression over the input and the options of a run. */
    defaultMemoryMbytes?: number | string;
    minMemoryMbytes?: number;
    maxMemoryMbytes?: number;
    input?: Record<string, unknown>;
    output?: Record<string, unknown>;
    storages?: {
        dataset?: Record<string, unknown>;
        /** Schemas by alias; `default` is that of the default dataset. */
        datasets?: Record<string, Record<string, unknown>>;
        keyValueStore?: Record<string, unknown>;
    };
    [extra: string]: unknown;
}

/** A public Actor, as the Store shows it. */
export interface StoreActor extends Pick<Actor, 'id' | 'name' | 'username' | 'description'> {
    title: string;
    /** `lastRunStartedAt` is declared as always there, as in `apify-client`, but is absent until there is a run. */
    stats: ActorStats & { lastRunStartedAt: Date };
    currentPricingInfo: ActorRunPricingInfo | { pricingModel: 'FREE' };
    /** Where a person looks at it, under the engine's base URL. */
    url: string;
}

/** Which Actors of the Store to list, and in which order. */
export interface StoreListOptions {
    offset?: number;
    /** At most 1000. Default: 1000. */
    limit?: number;
    /** How many to load at a time while iterating. Default: as many as one page may have. */
    chunkSize?: number;
    /** Words that title, name, description and username must have, in any of them. */
    search?: string;
    /**
     * `popularity` is by the number of runs; `newest` and `lastUpdate` begin with the latest; `relevance` is by how well the
     * name fits what is searched. Default: `relevance`.
     */
    sortBy?: string;
    /** No Actor here has a category: any word finds none. */
    category?: string;
    username?: string;
    pricingModel?: string;
    /** No Actor here is for agents that pay by themselves: true finds none. */
    allowsAgenticUsers?: boolean;
    /** Accepted for the sake of `apify-client`: whatever is here can be run. */
    includeUnrunnableActors?: boolean;
}
