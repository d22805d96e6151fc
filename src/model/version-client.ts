import type { ChunkOptions } from './client.js';
import type { PagedList, PageOptions } from './page.js';
import type { ActorVersion, EnvVar, EnvVarFields, VersionFields } from './version.js';

/** A list that has one page only. */
export interface WholeList<Item> {
    total: number;
    items: Item[];
}

/** Accepted for the sake of `apify-client`, and as there without effect: these lists come as a whole. */
export type WholeListOptions = PageOptions & ChunkOptions;

/** The versions of one Actor. */
export interface ActorVersionCollectionClient {
    list(options?: WholeListOptions): PagedList<ActorVersion, WholeList<ActorVersion>>;
    /** Throws `version-already-exists` when the Actor has one of that number. */
    create(version: VersionFields): Promise<ActorVersion>;
}

/** One version of an Actor. */
export interface ActorVersionClient {
    get(): Promise<ActorVersion | undefined>;
    /** What is left out stays as it is. Builds that exist do not change. */
    update(fields: VersionFields): Promise<ActorVersion>;
    delete(): Promise<void>;
    envVar(name: string): ActorEnvVarClient;
    envVars(): ActorEnvVarCollectionClient;
}

/** The environment variables of one version; the next build of it takes them in. */
export interface ActorEnvVarCollectionClient {
    list(options?: WholeListOptions): PagedList<EnvVar, WholeList<EnvVar>>;
    /** Throws `env-var-already-exists` when the version has one of that name. */
    create(envVar: EnvVarFields): Promise<EnvVar>;
}

/** One environment variable. */
export interface ActorEnvVarClient {
    get(): Promise<EnvVar | undefined>;
    /** What is left out stays as it is. Throws `cannot-rename-env-var` for another name. */
    update(fields: EnvVarFields): Promise<EnvVar>;
    delete(): Promise<void>;
}
