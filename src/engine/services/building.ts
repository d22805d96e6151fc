import { ActorVersions } from '../../actors/actor-versions.js';
import { ActorRegistry } from '../../actors/actors.js';
import { BuildRegistry, type ActorFunctions } from '../../actors/builds/builds.js';
import { BuildService } from '../../actors/builds/build-service.js';
import type { BuildServiceDependencies } from '../../actors/builds/build-job.js';
import { WatchedFolders } from '../../actors/builds/watched-folders.js';
import { LogStore } from '../../logs/log-store.js';
import { SecretKeyring } from '../../actors/input/secret-keys.js';
import type { EngineEvents } from '../../model/events.js';
import type { Emitter } from '../../util/emitter.js';
import type { Persistence } from '../persistence/persistence.js';
import type { ResolvedEngineOptions } from '../options/options.js';
import type { Users } from './users.js';

/** The services for Actors and their builds. */
export interface Building {
    actors: ActorRegistry;
    versions: ActorVersions;
    builds: BuildRegistry;
    /** The logs of builds and of runs. */
    logs: LogStore;
    service: BuildService;
    /** The dependencies of the service. The registration of Actors has the same ones. */
    dependencies: BuildServiceDependencies;
    /** The key pairs of users, which encrypt the secrets in inputs. */
    keys: SecretKeyring;
}

/** Dependencies of {@link createBuilding}. */
interface BuildingDependencies {
    readonly settings: ResolvedEngineOptions;
    readonly emitter: Emitter<EngineEvents>;
    readonly users: Users;
    readonly persistence: Persistence;
    readonly functions: ActorFunctions;
    /** True if a live run uses the files of a build. */
    readonly isInUse: (buildId: string) => boolean;
}

/** Creates the registry of Actors and the service that builds them, which depend on each other. */
export function createBuilding(engine: BuildingDependencies): Building {
    const { settings, emitter, users, functions, isInUse } = engine;
    const { clock } = settings;
    const { documents, secrets, sources } = engine.persistence;
    const builds = new BuildRegistry(documents, sources, functions);
    const logs = createLogs(engine, (id) => builds.get(id) !== undefined);
    const keys = new SecretKeyring(documents);
    const actors = new ActorRegistry({
        documents,
        builds,
        watchedFolders: new WatchedFolders(builds, secrets),
        secrets,
        clock,
        users,
        endBuilds: (actorId) => service.removeOf(actorId),
    });
    const dependencies: BuildServiceDependencies = {
        clock,
        actors,
        builds,
        logs,
        secrets,
        exclude: settings.storageDir,
        folders: sources,
        emit: (name, event) => emitter.emit(name, event),
        isInUse,
    };
    const service: BuildService = new BuildService(dependencies);
    const versions = new ActorVersions(actors, secrets);
    return { actors, versions, builds, logs, service, dependencies, keys };
}

/** Creates the log store of runs and builds. Each line emits an event. */
function createLogs(
    { settings, emitter, persistence }: BuildingDependencies,
    isBuild: (id: string) => boolean,
): LogStore {
    return new LogStore({
        clock: settings.clock,
        writer: persistence.logWriter,
        texts: persistence.logTexts,
        onLine: (id, line) => {
            if (isBuild(id)) emitter.emit('build.log', { buildId: id, line });
            else if (emitter.hasListeners('run.log')) emitter.emit('run.log', { runId: id, line });
        },
        onWriteError: (id, error) => {
            const kind = isBuild(id) ? 'build' : 'run';
            emitter.emit('warning', { message: `The log of ${kind} \`${id}\` could not be written to disk.`, error });
        },
    });
}
