import { ActorVersions } from '../registry/actor-versions.js';
import { ActorRegistry } from '../registry/actors.js';
import { BuildRegistry, type ActorFunctions } from '../registry/building/builds.js';
import { BuildService } from '../registry/building/build-service.js';
import type { BuildServiceParts } from '../registry/building/build-job.js';
import { LiveFolders } from '../registry/building/live-folders.js';
import { LogStore } from '../logs/log-store.js';
import { InputDesk } from '../registry/input/prepare-input.js';
import { SecretKeyring } from '../registry/input/secret-keys.js';
import type { EngineServices } from './services.js';
import type { EngineEvents } from '../model/events.js';
import type { Emitter } from '../util/emitter.js';
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
    /** Prepare the inputs of runs. */
    inputs: { desk: InputDesk; keys: SecretKeyring };
}

/** What it is put together from. */
export interface BuildingParts {
    emitter: Emitter<EngineEvents>;
    medium: Medium;
    users: Users;
    /** The Actors that are functions, by the ids of their builds. */
    functions: ActorFunctions;
}

/** Makes the registry of Actors and the service that builds them, which need each other. */
export function createBuilding(
    options: ResolvedEngineOptions,
    { emitter, medium, users, functions }: BuildingParts,
    services: () => Pick<EngineServices, 'runs'>,
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
        isInUse: (buildId) => services().runs.usesBuild(buildId),
    };
    const service: BuildService = new BuildService(parts);
    const versions = new ActorVersions(actors, secrets);
    return { actors, versions, builds, logs, service, parts, inputs: { desk, keys } };
}

/** Makes the store of the logs of runs and builds, whose lines are told of by events. */
function createLogs(
    { clock }: ResolvedEngineOptions,
    emitter: Emitter<EngineEvents>,
    { logSink, logTexts }: Medium,
    isBuild: (id: string) => boolean,
): LogStore {
    return new LogStore({
        clock,
        sink: logSink,
        texts: logTexts,
        onLine: (id, line) => {
            if (isBuild(id)) emitter.emit('build.log', { buildId: id, line });
            else if (emitter.hasListeners('run.log')) emitter.emit('run.log', { runId: id, line });
        },
        onSinkError: (id, error) => {
            const whose = isBuild(id) ? 'build' : 'run';
            emitter.emit('warning', { message: `The log of ${whose} \`${id}\` could not be written to disk.`, error });
        },
    });
}
