import type { ChunkOptions } from '../client/client.js';
import type { PagedList, PageOptions } from './page.js';

/** A file of an Actor's source, as the API's SOURCE_FILES have it. */
export interface SourceFile {
    /** Path inside the Actor, with forward slashes. */
    name: string;
    /** Default: TEXT. */
    format?: 'TEXT' | 'BASE64';
    content: string;
}

/** A folder among source files, as the API has it. */
export interface SourceFolder {
    name: string;
    folder: true;
}

/** Where the source of a version lives. Only SOURCE_FILES can be built here. */
export type SourceType = 'SOURCE_FILES' | 'GIT_REPO' | 'TARBALL' | 'GITHUB_GIST' | 'SOURCE_CODE';

/** An environment variable of a version, as it is handed out: the value of a secret one never is. */
export interface EnvVar {
    name: string;
    value?: string;
    isSecret?: boolean;
}

/** A version of an Actor's source. */
export interface ActorVersion {
    /** MAJOR.MINOR. */
    versionNumber: string;
    sourceType: SourceType;
    /** The tag that a build of it gets once it has succeeded. */
    buildTag: string;
    /** Whether the environment variables are those of its builds, too. Default: false. */
    applyEnvVarsToBuild?: boolean;
    envVars: EnvVar[];
    /** The source, when `sourceType` is SOURCE_FILES. Empty for a folder that was added: it is read when it is built. */
    sourceFiles: (SourceFile | SourceFolder)[];
    gitRepoUrl?: string;
    tarballUrl?: string;
    gitHubGistUrl?: string;
}

/** What an environment variable is to be; in an update, what is left out stays as it is. */
export interface EnvVarFields {
    /** Letters, digits and `_`, not beginning with a digit. A variable cannot be renamed. */
    name?: string;
    value?: string;
    /** Whether the value is kept encrypted and never handed out again, except to runs. Default: false. */
    isSecret?: boolean;
}

/** What a version is to be; in an update, what is left out stays as it is. */
export interface VersionFields {
    /** MAJOR.MINOR, each from 0 to 99. A version cannot be renumbered. */
    versionNumber?: string;
    /** One of {@link SourceType}; a text, because `apify-client` has an enum of its own for it. */
    sourceType?: string;
    /** Default: `latest`. */
    buildTag?: string;
    /** Default: false. */
    applyEnvVarsToBuild?: boolean;
    /** All of them. The value of a secret one that is there already may be left out, and stays. */
    envVars?: readonly EnvVarFields[];
    sourceFiles?: readonly (SourceFile | SourceFolder)[];
    gitRepoUrl?: string;
    tarballUrl?: string;
    gitHubGistUrl?: string;
}

/** A list that has one page only. */
export interface UnpaginatedList<Item> {
    total: number;
    items: Item[];
}

/** Accepted for the sake of `apify-client`, and as there without effect: these lists come as a whole. */
export type UnpaginatedListOptions = PageOptions & ChunkOptions;

/** The versions of one Actor. */
export interface ActorVersionCollectionClient {
    list(options?: UnpaginatedListOptions): PagedList<ActorVersion, UnpaginatedList<ActorVersion>>;
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
    list(options?: UnpaginatedListOptions): PagedList<EnvVar, UnpaginatedList<EnvVar>>;
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
