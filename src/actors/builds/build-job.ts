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
    /** Aborted when the build is to end, with an {@link Ending} as the reason. */
    readonly ending: AbortController;
}

/** How a build is ended from outside. */
interface Ending {
    meanwhile: JobStatus;
    status: TerminalStatus;
    message: string;
}

/** As on the platform. */
export const TIMEOUT_MILLIS = 1_800_000;

const ABORT: Ending = { meanwhile: 'ABORTING', status: 'ABORTED', message: 'The build was aborted.' };

const TIMEOUT: Ending = {
    meanwhile: 'TIMING-OUT',
    status: 'TIMED-OUT',
    message: `The build has taken more than ${TIMEOUT_MILLIS / 1000} s.`,
};

/** Ends a build at once, with all of its processes; if it has not begun yet, it does not. */
export function stopBuild({ document: { build }, ending }: BuildJob, how: Ending = ABORT): void {
    if (ending.signal.aborted || isTerminal(build.status)) return;
    build.status = how.meanwhile;
    ending.abort(how);
}

/** Takes a build to its end. Never rejects: a build that goes wrong is one that has failed. */
export async function runBuild(job: BuildJob, parts: BuildServiceDependencies): Promise<void> {
    const { document, log, ending } = job;
    const { build } = document;
    const cancel = parts.clock.after(TIMEOUT_MILLIS, () => stopBuild(job, TIMEOUT));
    try {
        ending.signal.throwIfAborted();
        build.status = 'RUNNING';
        parts.builds.save(document);
        log.note(`Build ${build.buildNumber} has started.`);
        const built = await makeBuild(job, parts);
        ending.signal.throwIfAborted();
        keep(document, built);
        build.status = 'SUCCEEDED';
        log.note(`Build ${build.buildNumber} has succeeded.`);
    } catch (error) {
        fail(job, error);
    } finally {
        cancel();
        finalizeBuild(build, parts.clock.now());
    }
}

async function makeBuild(
    { document, version, log, ending }: BuildJob,
    parts: BuildServiceDependencies,
): Promise<BuiltActor> {
    const { build, blueprint } = document;
    const folder = await parts.folders.create(build.id);
    const hidden = decryptEnvVars(blueprint, parts.secrets);
    log.hide(Object.values(hidden));
    const env = version.applyEnvVarsToBuild === true ? { ...blueprint.envVars, ...hidden } : {};
    // A folder further down, so that there is room beside it for the packages of the folders above the original.
    const workshop = { buildId: build.id, directory: `${folder}/actor`, env, log, signal: ending.signal };
    // Most engines never build anything, and need none of it.
    const { buildActor } = await import('./build-actor.js');
    return buildActor(blueprint.name, version, workshop, parts.exclude);
}

function keep({ build, blueprint }: BuildDocument, built: BuiltActor): void {
    const { definition, memory, directory, entryFile, readme } = built;
    Object.assign(blueprint, { directory, memory }, entryFile && { entryFile }, definition && { definition });
    describeBuild(build, definition, readme);
}

function fail({ document: { build }, log, ending: { signal } }: BuildJob, error: unknown): void {
    const how = signal.aborted ? (signal.reason as Ending) : undefined;
    build.status = how?.status ?? 'FAILED';
    build.statusMessage = how?.message ?? (error instanceof Error ? error.message : String(error));
    const details = isEngineError(error) ? (error.details as { exitCode?: number } | undefined) : undefined;
    if (how === undefined && details?.exitCode !== undefined) build.exitCode = details.exitCode;
    log.note(build.statusMessage);
}
