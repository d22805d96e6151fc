import type { Isolation } from './isolation.js';
import type { ActorRunPricingInfo } from './pricing.js';
import type { JobStatus } from './status.js';

/** A file of an Actor's source, as the API's SOURCE_FILES have it. */
export interface SourceFile {
    /** Path inside the Actor, with forward slashes. */
    name: string;
    /** Default: TEXT. */
    format?: 'TEXT' | 'BASE64';
    content: string;
}

/** Where the options of a run come from when its caller names none. */
export interface DefaultRunOptions {
    build: string;
    timeoutSecs: number;
    memoryMbytes: number;
    restartOnError?: boolean;
    maxItems?: number;
    maxTotalChargeUsd?: number;
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
    actorPermissionLevel: 'LIMITED_PERMISSIONS' | 'FULL_PERMISSIONS';
}

/** A version of an Actor's source. */
export interface ActorVersion {
    versionNumber: string;
    buildTag: string;
    sourceType: 'SOURCE_FILES';
    sourceFiles: SourceFile[];
    envVars: { name: string; value?: string; isSecret?: boolean }[];
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
    /** The parsed `.actor/actor.json`, if the Actor has one. */
    actorDefinition?: ActorDefinition;
    usageTotalUsd: number;
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
