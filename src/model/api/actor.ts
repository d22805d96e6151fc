import type { Isolation } from '../execution.js';
import type { ActorRunPricingInfo } from './pricing.js';
import type { JobStatus } from './status.js';
import type { ActorVersion, SourceFile, SourceFolder, SourceType } from './version.js';

export type { ActorVersion, SourceFile } from './version.js';

/** Default options of an Actor's runs. */
export interface DefaultRunOptions {
    /** Tag or number of the build. */
    build: string;
    /** Timeout in seconds; 0 for none. */
    timeoutSecs: number;
    /** Memory limit in megabytes. */
    memoryMbytes: number;
    /** If true, the Actor restarts when it fails. */
    restartOnError?: boolean;
    /** Maximum number of items that are charged for. */
    maxItems?: number;
    /** Maximum charge in USD. */
    maxTotalChargeUsd?: number;
    /** Stored without effect: every run has full permissions. */
    forcePermissionLevel?: PermissionLevel;
}

/** Permissions of an Actor on the platform. */
export type PermissionLevel = 'LIMITED_PERMISSIONS' | 'FULL_PERMISSIONS';

/** Example input of an Actor. */
export interface ExampleRunInput {
    /** The input as text. */
    body: string;
    /** Content type of the input. */
    contentType: string;
}

/** Standby settings of an Actor. Stored without effect. Source: "Standby mode" in the platform's docs. */
export interface ActorStandby {
    /** True if standby mode is enabled. */
    isEnabled: boolean;
    /** Tag or number of the build. */
    build?: string;
    /** Desired number of concurrent requests per run. */
    desiredRequestsPerActorRun?: number;
    /** If true, tasks cannot override these settings. */
    disableStandbyFieldsOverride?: boolean;
    /** Seconds without a request after which a run ends. */
    idleTimeoutSecs?: number;
    /** Maximum number of concurrent requests per run. */
    maxRequestsPerActorRun?: number;
    /** Memory limit in megabytes. */
    memoryMbytes?: number;
    /** If true, runs receive the Actor's input. */
    shouldPassActorInput?: boolean;
}

/** The build that a tag points to. */
export interface TaggedBuild {
    /** Id of the build. */
    buildId: string;
    /** Number of the build. */
    buildNumber: string;
    /** Number of the build as one integer. */
    buildNumberInt: number;
    /** Time at which the build finished. */
    finishedAt?: Date;
}

/** Usage counts of an Actor. */
export interface ActorStats {
    /** Number of builds. */
    totalBuilds: number;
    /** Number of runs. */
    totalRuns: number;
    /** Number of users: always 1. */
    totalUsers: number;
    /** Number of users in the last 7 days: always 1. */
    totalUsers7Days: number;
    /** Number of users in the last 30 days: always 1. */
    totalUsers30Days: number;
    /** Number of users in the last 90 days: always 1. */
    totalUsers90Days: number;
    /** Number of metamorphs into the Actor. */
    totalMetamorphs: number;
    /** Start of the latest run; absent before the first. */
    lastRunStartedAt?: Date;
}

/** A program that can be run. Source: the API's Actor object. */
export interface Actor {
    /** Id of the Actor. */
    id: string;
    /** Id of the owner. */
    userId: string;
    /** Unique name among the owner's Actors. */
    name: string;
    /** Username of the owner. */
    username: string;
    /** Display name. */
    title?: string;
    /** Short description. */
    description?: string;
    /** True if other users can find and run the Actor. */
    isPublic: boolean;
    /** Time of creation. */
    createdAt: Date;
    /** Time of the last change. */
    modifiedAt: Date;
    /** Usage counts. */
    stats: ActorStats;
    /** Versions of the source. */
    versions: ActorVersion[];
    /** Pricings; the latest that has started applies. Default: free. */
    pricingInfos?: ActorRunPricingInfo[];
    /** Default options of runs. */
    defaultRunOptions: DefaultRunOptions;
    /** Builds, by tag. */
    taggedBuilds: Record<string, TaggedBuild>;
    /** Random secret: on the platform, the deployment key of a Git repository. Without effect. */
    deploymentKey: string;
    /** Isolation mode of runs that do not set one. Default: the engine's setting. */
    isolation?: Isolation;
    /** Permissions. Stored without effect. */
    actorPermissionLevel: PermissionLevel;
    /** Deprecated in the API: sets `defaultRunOptions.restartOnError`. */
    restartOnError?: boolean;
    /** True if the Actor is deprecated. */
    isDeprecated?: boolean;
    /** Categories in the Store. */
    categories?: string[];
    /** Title for search engines. */
    seoTitle?: string;
    /** Description for search engines. */
    seoDescription?: string;
    /** Example input. */
    exampleRunInput?: ExampleRunInput;
    /** Standby settings. */
    actorStandby?: ActorStandby;
}

/** A runnable snapshot of a version of an Actor. Source: the API's Build object. */
export interface Build {
    /** Id of the build. */
    id: string;
    /** Id of the Actor. */
    actId: string;
    /** Id of the user who owns the build. */
    userId: string;
    /** Number of the build: MAJOR.MINOR.BUILD. */
    buildNumber: string;
    /** Number of the build as one integer: major × 10^7 + minor × 10^5 + build. */
    buildNumberInt: number;
    /** Current status. */
    status: JobStatus;
    /** Time of the start. */
    startedAt: Date;
    /** Time of the end; absent until then. */
    finishedAt?: Date;
    /** Origin of the build and of the request that started it. */
    meta: { origin: string; userAgent: string };
    /** Reason of a failure or abort; absent for a successful build. */
    statusMessage?: string;
    /** Exit code of the Actor's build script, if it has one. */
    exitCode?: number;
    /** Duration; absent until the end. */
    stats?: BuildStats;
    /** Build options; absent for a live folder, which is not built. */
    options?: BuildOptions;
    /** The version that was built. */
    actVersion?: BuildVersion;
    /** Parsed `.actor/actor.json`, if the Actor has one. */
    actorDefinition?: ActorDefinition;
    /** Input schema, as JSON. */
    inputSchema?: string;
    /** Text of the README. */
    readme?: string;
    /** Compute units of the build. */
    usage?: { ACTOR_COMPUTE_UNITS: number };
    /** Price of the compute units in USD: 0. */
    usageUsd?: { ACTOR_COMPUTE_UNITS: number };
    /** Total price in USD: 0. */
    usageTotalUsd: number;
}

/** Duration of a build. */
export interface BuildStats {
    /** Duration in milliseconds. */
    durationMillis: number;
    /** Duration in seconds. */
    runTimeSecs: number;
    /** Compute units: gigabytes of memory × hours. */
    computeUnits: number;
}

/** Effective options of a build. */
export interface BuildOptions {
    /** Requested use of cached image layers. Without effect. */
    useCache: boolean;
    /** Requested use of beta packages. Without effect. */
    betaPackages: boolean;
    /** Memory in megabytes, as on the platform. Not enforced. */
    memoryMbytes: number;
    /** Disk size in megabytes, as on the platform. Not enforced. */
    diskMbytes: number;
}

/** The version that was built, without its environment variables. */
export interface BuildVersion {
    /** Number of the version: MAJOR.MINOR. */
    versionNumber: string;
    /** Kind of source. */
    sourceType: SourceType;
    /** Tag of successful builds of the version. */
    buildTag: string;
    /** Source files, for `SOURCE_FILES`. */
    sourceFiles?: (SourceFile | SourceFolder)[];
    /** URL of the Git repository, for `GIT_REPO`. */
    gitRepoUrl?: string;
    /** URL of the archive, for `TARBALL`. */
    tarballUrl?: string;
    /** URL of the gist, for `GITHUB_GIST`. */
    gitHubGistUrl?: string;
}

/**
 * Contents of `.actor/actor.json`, with schemas loaded from the files that it names.
 *
 * Source: "actor.json" in the platform's docs.
 */
export interface ActorDefinition {
    /** Version of the format: 1. */
    actorSpecification: number;
    /** Name of the Actor. */
    name: string;
    /** Version of the source: MAJOR.MINOR. */
    version: string;
    /** Display name. */
    title?: string;
    /** Short description. */
    description?: string;
    /** Tag of successful builds. */
    buildTag?: string;
    /** Environment variables of runs. */
    environmentVariables?: Record<string, string>;
    /** Path of the Dockerfile. */
    dockerfile?: string;
    /** Default memory in megabytes. A string is an expression over the input and the options of a run. */
    defaultMemoryMbytes?: number | string;
    /** Minimum memory of runs in megabytes. */
    minMemoryMbytes?: number;
    /** Maximum memory of runs in megabytes. */
    maxMemoryMbytes?: number;
    /** Input schema. */
    input?: Record<string, unknown>;
    /** Output schema. */
    output?: Record<string, unknown>;
    /** Schemas of the storages. */
    storages?: {
        /** Schema of the default dataset. */
        dataset?: Record<string, unknown>;
        /** Schemas of datasets, by alias; `default` is the default dataset. */
        datasets?: Record<string, Record<string, unknown>>;
        /** Schema of the default key-value store. */
        keyValueStore?: Record<string, unknown>;
    };
    /** Other properties, kept unchanged. */
    [extra: string]: unknown;
}

/** A public Actor in the Store. */
export interface StoreActor extends Pick<Actor, 'id' | 'name' | 'username' | 'description'> {
    /** Display name. */
    title: string;
    /** Usage counts. `lastRunStartedAt` is declared as required, as in `apify-client`, but is absent before the first run. */
    stats: ActorStats & { lastRunStartedAt: Date };
    /** Current pricing. */
    currentPricingInfo: ActorRunPricingInfo | { pricingModel: 'FREE' };
    /** URL of the Actor's page in the console. */
    url: string;
}

/** Filter and order of the Actors in the Store. */
export interface StoreListOptions {
    /** Number of Actors to skip. Default: 0. */
    offset?: number;
    /** Maximum number of Actors, up to 1000. Default: 1000. */
    limit?: number;
    /** Number of Actors to load at a time while iterating. Default: the maximum of a page. */
    chunkSize?: number;
    /** Words that must all occur in the title, name, description or username. */
    search?: string;
    /**
     * Order: `popularity` by number of runs, `newest` and `lastUpdate` with the latest first, `relevance` by the number of
     * search words in the name. Default: `relevance`.
     */
    sortBy?: string;
    /** Category. Actors have none here, so any value matches nothing. */
    category?: string;
    /** Username of the owner. */
    username?: string;
    /** Pricing model, such as `PAY_PER_EVENT`. */
    pricingModel?: string;
    /** True selects Actors that agents can pay for. There are none here, so it matches nothing. */
    allowsAgenticUsers?: boolean;
    /** Accepted for compatibility with `apify-client`; every Actor can be run. */
    includeUnrunnableActors?: boolean;
}
