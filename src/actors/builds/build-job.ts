import { isEngineError } from '../../errors/engine-error.js';
import { isTerminal, type JobStatus, type TerminalStatus } from '../../model/api/status.js';
import { describeBuild, decryptEnvVars, finalizeBuild } from './builds.js';
import type { BuildDocument, BuildFolders, BuildRegistry } from './builds.js';
import type { EngineEvents } from '../../model/events.js';
import type { SecretCipher } from '../../storage/secret-cipher.js';
import type { Clock } from '../../util/clock.js';
import type { ActorRegistry } from '../actors.js';
import type { StoredVersion } from '../actor-versions.js';
import type { BuiltActor } from './build-actor.js';
import { describeShortName } from '../definition/actor-name.js';
import type { BuildLogWriter } from './build-commands.js';

/** The services that builds depend on. */
export interface BuildServiceDependencies {
    readonly clock: Clock;
    readonly actors: ActorRegistry;
    readonly builds: BuildRegistry;
    readonly logs: BuildLogs;
    readonly secrets: SecretCipher;
    /** Absolute path of the storage directory, which is never part of a source. */
    readonly exclude: string | undefined;
    readonly folders: BuildFolders;
    emit<Name extends 'build.created' | 'build.finished' | 'warning'>(
        this: void,
        name: Name,
        event: EngineEvents[Name],
    ): void;
    /** True if a live run may still read the files of a build. */
    isInUse(buildId: string): boolean;
}

/** The logs of builds. */
export interface BuildLogs {
    open(buildId: string): BuildLogWriter;
    end(buildId: string): void;
    remove(buildId: string): void;
}

/** One build, from READY to its end. */
export interface BuildJob {
    readonly document: BuildDocument;
    readonly version: StoredVersion;
    readonly log: BuildLogWriter;
    /** Aborted to stop the build, with a {@link BuildStop} as the reason. */
    readonly stopping: AbortController;
}

/** The reason for stopping a build. */
interface BuildStop {
    /** Status until the build has stopped. */
    transitionalStatus: JobStatus;
    /** Final status. */
    status: TerminalStatus;
    message: string;
}

/** As on the platform. */
export const TIMEOUT_MILLIS = 1_800_000;

const ABORT: BuildStop = { transitionalStatus: 'ABORTING', status: 'ABORTED', message: 'The build was aborted.' };

const TIMEOUT: BuildStop = {
    transitionalStatus: 'TIMING-OUT',
    status: 'TIMED-OUT',
    message: `The build timed out after ${TIMEOUT_MILLIS / 1000} s.`,
};

/** Stops a build immediately, with all of its processes. A build that has not started does not start. */
export function stopBuild({ document: { build }, stopping }: BuildJob, reason: BuildStop = ABORT): void {
    if (stopping.signal.aborted || isTerminal(build.status)) return;
    build.status = reason.transitionalStatus;
    stopping.abort(reason);
}

/** Runs a build to its end. Never rejects: an error fails the build. */
export async function runBuild(job: BuildJob, dependencies: BuildServiceDependencies): Promise<void> {
    const { document, log, stopping } = job;
    const { build } = document;
    const cancel = dependencies.clock.after(TIMEOUT_MILLIS, () => stopBuild(job, TIMEOUT));
    try {
        stopping.signal.throwIfAborted();
        build.status = 'RUNNING';
        dependencies.builds.save(document);
        log.note(`Build ${build.buildNumber} started.`);
        const warning = describeShortName(dependencies.actors.peek(build.actId).name);
        if (warning !== undefined) log.note(warning);
        const built = await buildInFolder(job, dependencies);
        stopping.signal.throwIfAborted();
        applyResult(document, built);
        build.status = 'SUCCEEDED';
        log.note(`Build ${build.buildNumber} succeeded.`);
    } catch (error) {
        applyFailure(job, error);
    } finally {
        cancel();
        finalizeBuild(build, dependencies.clock.now());
    }
}

async function buildInFolder(
    { document, version, log, stopping }: BuildJob,
    dependencies: BuildServiceDependencies,
): Promise<BuiltActor> {
    const { build, blueprint } = document;
    const folder = await dependencies.folders.create(build.id);
    const secrets = decryptEnvVars(blueprint, dependencies.secrets);
    log.hide(Object.values(secrets));
    const env = version.applyEnvVarsToBuild === true ? { ...blueprint.envVars, ...secrets } : {};
    // In a subfolder: packages from the folders above the original are linked beside it.
    const workspace = { buildId: build.id, directory: `${folder}/actor`, env, log, signal: stopping.signal };
    // Loaded on demand: most engines never build.
    const { buildActor } = await import('./build-actor.js');
    return buildActor(blueprint.name, version, workspace, dependencies.exclude);
}

function applyResult({ build, blueprint }: BuildDocument, built: BuiltActor): void {
    const { definition, memory, directory, entryFile, readme } = built;
    Object.assign(blueprint, { directory, memory }, entryFile && { entryFile }, definition && { definition });
    describeBuild(build, definition, readme);
}

function applyFailure({ document: { build }, log, stopping: { signal } }: BuildJob, error: unknown): void {
    const stop = signal.aborted ? (signal.reason as BuildStop) : undefined;
    build.status = stop?.status ?? 'FAILED';
    build.statusMessage = stop?.message ?? log.redact(error instanceof Error ? error.message : String(error));
    const details = isEngineError(error) ? (error.details as { exitCode?: number } | undefined) : undefined;
    if (stop === undefined && details?.exitCode !== undefined) build.exitCode = details.exitCode;
    log.note(build.statusMessage);
}
