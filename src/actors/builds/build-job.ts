import { isEngineError } from '../../errors/engine-error.js';
import { isTerminal, type JobStatus, type TerminalStatus } from '../../model/api/status.js';
import { describeBuild, decryptEnvVars, finalizeBuild, type BuildDocument, type BuildRegistry } from './builds.js';
import type { EngineEvents } from '../../model/events.js';
import type { SecretCipher } from '../../storage/secret-cipher.js';
import type { Clock } from '../../util/clock.js';
import type { ActorRegistry } from '../actors.js';
import type { StoredVersion } from '../actor-versions.js';
import type { BuiltActor } from './build-actor.js';
import type { BuildLogWriter } from './build-commands.js';

/** The services that builds depend on. */
export interface BuildServiceDependencies {
    readonly clock: Clock;
    readonly actors: ActorRegistry;
    readonly builds: BuildRegistry;
    readonly logs: BuildLogs;
    readonly secrets: SecretCipher;
    /** Absolute path of the folder of the storages, which is no Actor's source. */
    readonly exclude: string | undefined;
    readonly folders: BuildFolders;
    emit<Name extends 'build.created' | 'build.finished' | 'warning'>(
        this: void,
        name: Name,
        event: EngineEvents[Name],
    ): void;
    /** True if a run that has not ended may still read the files of a build. */
    isInUse(buildId: string): boolean;
}

/** The folders that are made for builds, each at a path that follows from the id of its build. */
export interface BuildFolders {
    /** Makes the folder of a build, below a folder from which the built-in SDK resolves. */
    create(buildId: string): Promise<string>;
    /** Removes the folder of a build, if there is one. */
    remove(buildId: string): Promise<void>;
    /** Removes the folders that a crash has left. @param paths - Of what is known: a folder, or a path in one. */
    removeOrphans(paths: readonly string[]): Promise<void>;
}

/** Where builds write their logs. */
export interface BuildLogs {
    open(buildId: string): BuildLogWriter;
    end(buildId: string): void;
    remove(buildId: string): void;
}

/** One build on its way from READY to its end. */
export interface BuildJob {
    readonly document: BuildDocument;
    readonly version: StoredVersion;
    readonly log: BuildLogWriter;
    /** Aborted when the build is to end, with an {@link BuildStop} as the reason. */
    readonly stopping: AbortController;
}

/** How a build is ended from outside. */
interface BuildStop {
    meanwhile: JobStatus;
    status: TerminalStatus;
    message: string;
}

/** As on the platform. */
export const TIMEOUT_MILLIS = 1_800_000;

const ABORT: BuildStop = { meanwhile: 'ABORTING', status: 'ABORTED', message: 'The build was aborted.' };

const TIMEOUT: BuildStop = {
    meanwhile: 'TIMING-OUT',
    status: 'TIMED-OUT',
    message: `The build has taken more than ${TIMEOUT_MILLIS / 1000} s.`,
};

/** Ends a build at once, with all of its processes; if it has not begun yet, it does not. */
export function stopBuild({ document: { build }, stopping: ending }: BuildJob, how: BuildStop = ABORT): void {
    if (ending.signal.aborted || isTerminal(build.status)) return;
    build.status = how.meanwhile;
    ending.abort(how);
}

/** Takes a build to its end. Never rejects: a build that goes wrong is one that has failed. */
export async function runBuild(job: BuildJob, dependencies: BuildServiceDependencies): Promise<void> {
    const { document, log, stopping: ending } = job;
    const { build } = document;
    const cancel = dependencies.clock.after(TIMEOUT_MILLIS, () => stopBuild(job, TIMEOUT));
    try {
        ending.signal.throwIfAborted();
        build.status = 'RUNNING';
        dependencies.builds.save(document);
        log.note(`Build ${build.buildNumber} has started.`);
        const built = await buildInFolder(job, dependencies);
        ending.signal.throwIfAborted();
        applyResult(document, built);
        build.status = 'SUCCEEDED';
        log.note(`Build ${build.buildNumber} has succeeded.`);
    } catch (error) {
        applyFailure(job, error);
    } finally {
        cancel();
        finalizeBuild(build, dependencies.clock.now());
    }
}

async function buildInFolder(
    { document, version, log, stopping: ending }: BuildJob,
    dependencies: BuildServiceDependencies,
): Promise<BuiltActor> {
    const { build, blueprint } = document;
    const folder = await dependencies.folders.create(build.id);
    const hidden = decryptEnvVars(blueprint, dependencies.secrets);
    log.hide(Object.values(hidden));
    const env = version.applyEnvVarsToBuild === true ? { ...blueprint.envVars, ...hidden } : {};
    // A folder further down, so that there is room beside it for the packages of the folders above the original.
    const workshop = { buildId: build.id, directory: `${folder}/actor`, env, log, signal: ending.signal };
    // Most engines never build anything, and need none of it.
    const { buildActor } = await import('./build-actor.js');
    return buildActor(blueprint.name, version, workshop, dependencies.exclude);
}

function applyResult({ build, blueprint }: BuildDocument, built: BuiltActor): void {
    const { definition, memory, directory, entryFile, readme } = built;
    Object.assign(blueprint, { directory, memory }, entryFile && { entryFile }, definition && { definition });
    describeBuild(build, definition, readme);
}

function applyFailure({ document: { build }, log, stopping: { signal } }: BuildJob, error: unknown): void {
    const how = signal.aborted ? (signal.reason as BuildStop) : undefined;
    build.status = how?.status ?? 'FAILED';
    build.statusMessage = how?.message ?? (error instanceof Error ? error.message : String(error));
    const details = isEngineError(error) ? (error.details as { exitCode?: number } | undefined) : undefined;
    if (how === undefined && details?.exitCode !== undefined) build.exitCode = details.exitCode;
    log.note(build.statusMessage);
}
