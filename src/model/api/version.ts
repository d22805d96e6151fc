import type { ChunkOptions, Page, PagedList, PageOptions } from './page.js';

/** A source file. Source: `SOURCE_FILES` of the API. */
export interface SourceFile {
    /** Path in the Actor's folder, with forward slashes. */
    name: string;
    /** Encoding of `content`. Default: `TEXT`. */
    format?: 'TEXT' | 'BASE64';
    /** Contents of the file. */
    content: string;
}

/** A folder among source files. Source: `SOURCE_FILES` of the API. */
export interface SourceFolder {
    /** Path in the Actor's folder, with forward slashes. */
    name: string;
    /** Marks a folder. */
    folder: true;
}

/** Kind of a version's source. Only `SOURCE_FILES` can be built here. */
export type SourceType = 'SOURCE_FILES' | 'GIT_REPO' | 'TARBALL' | 'GITHUB_GIST' | 'SOURCE_CODE';

/** An environment variable of a version. */
export interface EnvVar {
    /** Name of the variable. */
    name: string;
    /** Value; absent for secret variables. */
    value?: string;
    /** True if the value is secret: stored encrypted, and passed only to runs. */
    isSecret?: boolean;
}

/** A version of an Actor's source. Source: the API's Version object. */
export interface ActorVersion {
    /** Number: MAJOR.MINOR. */
    versionNumber: string;
    /** Kind of source. */
    sourceType: SourceType;
    /** Tag of successful builds. */
    buildTag: string;
    /** If true, builds get the environment variables, too. Default: false. */
    applyEnvVarsToBuild?: boolean;
    /** Environment variables of runs. */
    envVars: EnvVar[];
    /** Source files, for `SOURCE_FILES`. Empty for a folder that was added: a build reads it. */
    sourceFiles: (SourceFile | SourceFolder)[];
    /** URL of the Git repository, for `GIT_REPO`. */
    gitRepoUrl?: string;
    /** URL of the archive, for `TARBALL`. */
    tarballUrl?: string;
    /** URL of the gist, for `GITHUB_GIST`. */
    gitHubGistUrl?: string;
}

/** Fields of an environment variable. An update keeps omitted ones. */
export interface EnvVarFields {
    /** Letters, digits and `_`, not starting with a digit. Cannot be changed. */
    name?: string;
    /** Value. */
    value?: string;
    /** If true, the value is stored encrypted, and passed only to runs. Default: false. */
    isSecret?: boolean;
}

/** Fields of a version. An update keeps omitted ones. */
export interface VersionFields {
    /** MAJOR.MINOR, each from 0 to 99. Cannot be changed. */
    versionNumber?: string;
    /** A {@link SourceType}. Declared as a string because `apify-client` has its own enum. */
    sourceType?: string;
    /** Tag of successful builds. Default: `latest`. */
    buildTag?: string;
    /** If true, builds get the environment variables, too. Default: false. */
    applyEnvVarsToBuild?: boolean;
    /** All environment variables. An existing secret one keeps its value if `value` is omitted. */
    envVars?: readonly EnvVarFields[];
    /** Source files, for `SOURCE_FILES`. */
    sourceFiles?: readonly (SourceFile | SourceFolder)[];
    /** URL of the Git repository, for `GIT_REPO`. */
    gitRepoUrl?: string;
    /** URL of the archive, for `TARBALL`. */
    tarballUrl?: string;
    /** URL of the gist, for `GITHUB_GIST`. */
    gitHubGistUrl?: string;
}

/** Client of the versions of one Actor. */
export interface ActorVersionCollectionClient {
    /** Lists the versions. */
    list(options?: PageOptions & ChunkOptions): PagedList<ActorVersion, Page<ActorVersion>>;
    /**
     * Creates a version.
     *
     * @throws EngineError `version-already-exists` for a number that the Actor already has.
     */
    create(version: VersionFields): Promise<ActorVersion>;
}

/** Client of one version of an Actor. */
export interface ActorVersionClient {
    /** Returns the version, or undefined if it does not exist. */
    get(): Promise<ActorVersion | undefined>;
    /** Updates the given fields. Existing builds do not change. */
    update(fields: VersionFields): Promise<ActorVersion>;
    /** Deletes the version. A version that does not exist is not an error. */
    delete(): Promise<void>;
    /** Returns the client of one environment variable. */
    envVar(name: string): ActorEnvVarClient;
    /** Returns the client of the environment variables. */
    envVars(): ActorEnvVarCollectionClient;
}

/** Client of the environment variables of one version. Changes apply from its next build on. */
export interface ActorEnvVarCollectionClient {
    /** Lists the environment variables. */
    list(options?: PageOptions & ChunkOptions): PagedList<EnvVar, Page<EnvVar>>;
    /**
     * Creates an environment variable.
     *
     * @throws EngineError `env-var-already-exists` for a name that the version already has.
     */
    create(envVar: EnvVarFields): Promise<EnvVar>;
}

/** Client of one environment variable. */
export interface ActorEnvVarClient {
    /** Returns the variable, or undefined if it does not exist. */
    get(): Promise<EnvVar | undefined>;
    /**
     * Updates the given fields.
     *
     * @throws EngineError `cannot-rename-env-var` for another name.
     */
    update(fields: EnvVarFields): Promise<EnvVar>;
    /** Deletes the variable. A variable that does not exist is not an error. */
    delete(): Promise<void>;
}
