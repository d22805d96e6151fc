import type { Build } from '../model/actor.js';
import type { BuildListItem } from '../model/build-client.js';
import type { ActorVersion, EnvVar, EnvVarFields, VersionFields } from '../model/version.js';

/** The builds, and what can be done to them. Whatever is handed out is a copy. */
export interface BuildDirectory {
    find(id: string): Build | undefined;
    /** All builds, or those of one Actor; oldest first. */
    list(actorId?: string): BuildListItem[];
    /** The id of the build that runs of an Actor get which name none. */
    defaultId(actorId: string): string | undefined;
    /** Builds a version of an Actor; returns as soon as the build exists. */
    start(
        actorId: string,
        versionNumber: string,
        request: { tag?: string; useCache?: boolean; betaPackages?: boolean },
        origin: string,
    ): Build;
    /** Ends a build at once; returns one that has ended as it is. */
    abort(id: string): Promise<Build>;
    /** Settles at the end of the build, or after so many milliseconds of the engine's clock. */
    waitForFinish(id: string, waitMillis?: number, signal?: AbortSignal): Promise<Build>;
    /** Removes a build with its log and its files. */
    remove(id: string): Promise<void>;
}

/** The versions of Actors. Whatever is handed out is a copy, without the values of secrets. */
export interface VersionDirectory {
    list(actorId: string): ActorVersion[];
    find(actorId: string, versionNumber: string): ActorVersion | undefined;
    create(actorId: string, fields: VersionFields): ActorVersion;
    update(actorId: string, versionNumber: string, fields: VersionFields): ActorVersion;
    remove(actorId: string, versionNumber: string): void;
    createEnvVar(actorId: string, versionNumber: string, fields: EnvVarFields): EnvVar;
    updateEnvVar(actorId: string, versionNumber: string, name: string, fields: EnvVarFields): EnvVar;
    removeEnvVar(actorId: string, versionNumber: string, name: string): void;
}
