import { ActorVersions } from '../registry/actor-versions.js';
import { ActorRegistry } from '../registry/actors.js';
import { BuildRegistry, type ActorFunctions } from '../registry/building/builds.js';
import { BuildService, type BuildServiceParts } from '../registry/building/build-service.js';
import { LiveFolders } from '../registry/building/live-folders.js';
import { createLogs } from './logs.js';
import { InputDesk } from '../registry/input/prepare-input.js';
import { SecretKeyring } from '../registry/input/secret-keys.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { LogStore } from '../logs/log-store.js';
import type { EngineEvents } from '../model/events.js';
import type { Storages } from '../storage/storages.js';
import type { Emitter } from '../util/emitter.js';
import type { InputParts } from './input-rules.js';
import type { Medium } from './medium.js';
import type { ResolvedEngineOptions } from './options.js';
import type { Users } from './users/users.js';

/** Actors, and all that makes builds of them. */
export interface Building {
    actors: ActorRegistry;
    versions: ActorVersions;
    builds: BuildRegistry;
    /** Of builds, and of runs too. */
    logs: LogStore;
    service: BuildService;
    /** What the service stands on, as what registers Actors does. */
    parts: BuildServiceParts;
    /** What the inputs of runs are prepared with. */
    inputs: InputParts;
}

/** What it is put together from. */
export interface BuildingParts {
    emitter: Emitter<EngineEvents>;
    medium: Medium;
    users: Users;
    storages: Storages;
    /** The Actors that are functions, by the ids of their builds. */
    functions: ActorFunctions;
}

/** Makes the registry of Actors and the service that builds them, which need each other. */
export function createBuilding(
    options: ResolvedEngineOptions,
    { emitter, medium, users, storages, functions }: BuildingParts,
    isInUse: (buildId: string) => boolean,
): Building {
    const { clock, storageDir } = options;
    const { documents, secrets, sources } = medium;
    const builds = new BuildRegistry(documents, functions);
    const logs = createLogs(options, emitter, medium, (id) => builds.get(id) !== undefined);
    const endBuilds = (actorId: string): Promise<void> => service.removeOf(actorId);
    const keys = new SecretKeyring(documents);
    const desk = new InputDesk(keys);
    const actors = new ActorRegistry({
        documents,
        builds,
        liveFolders: new LiveFolders(builds),
        secrets,
        clock,
        users,
        endBuilds,
        inputs: desk,
    });
    const parts: BuildServiceParts = {
        clock,
        actors,
        builds,
        logs,
        secrets,
        exclude: storageDir,
        makeFolder: () => sources.make(),
        tidyFolders: (paths) => sources.tidy(paths),
        emit: (name, event) => emitter.emit(name, event),
        isInUse,
    };
    const service: BuildService = new BuildService(parts);
    const versions = new ActorVersions(actors, secrets);
    return { actors, versions, builds, logs, service, parts, inputs: { desk, keys, storages } };
}

/** Whether a run that has not ended may still read the files of a build. */
export function isBuildInUse(runs: RunService, buildId: string): boolean {
    return runs.liveIds().some((id) => {
        const run = runs.glance(id);
        return [run?.buildId, ...(run?.metamorphs ?? []).map((metamorph) => metamorph.buildId)].includes(buildId);
    });
}
