import type { ActorFunction } from '../protocol/actor-function.js';
import type { ActorDefinition } from '../model/actor.js';
import type { SourceFile, SourceFolder } from '../model/version.js';

/** All that the source of an Actor says about it: what its record and its first build are made of. */
export interface ActorBlueprint {
    name: string;
    username?: string;
    title?: string;
    description?: string;
    definition?: ActorDefinition;
    /** MAJOR.MINOR. */
    versionNumber: string;
    buildTag: string;
    envVars: Record<string, string>;
    /** Values of further ones that are secret, sealed. */
    sealedEnvVars?: Record<string, string>;
    /** The source, when it was given and not pointed to. */
    sourceFiles?: (SourceFile | SourceFolder)[];
    /** Absolute path of a folder that was made for this build alone, and goes with it. */
    ownFolder?: string;
    /** Absolute path of the Actor's folder; for a given source the one it was written to. */
    directory: string;
    /** Absolute path of the module to start with, when the source is a single module. */
    entryFile?: string;
    /** Whether the Actor is a function of the process that registered it. */
    isFunction?: true;
    /** That function; it is not kept on disk. */
    run?: ActorFunction;
    /** What it says to people; kept with the build, and not here. */
    readme?: string;
    /** In MB. */
    memory: { default?: number; min?: number; max?: number };
}
