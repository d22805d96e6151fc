import { EngineError } from '../../errors/engine-error.js';
import { describeBuild, createBuildDocument, toPublicBuild } from './builds.js';
import { DEFAULT_TAG } from '../actor-versions.js';
import type { Actor, Build } from '../../model/api/actor.js';
import type { EnvVar } from '../../model/api/version.js';
import type { ResolvedActorSource } from '../source/actor-source.js';
import type { RegistrationOptions } from '../actors.js';
import type { StoredVersion } from '../actor-versions.js';
import type { BuildServiceDependencies } from './build-job.js';
import type { BuildService } from './build-service.js';

const ORIGIN = 'DEVELOPMENT';
const LOG_LINES_IN_ERROR = 10;

/** An Actor with the build that it was registered with. */
export interface RegisteredActor {
    actor: Actor;
    build: Build;
}

/**
 * Registers an Actor whose build always is the present state of its source: nothing is copied, and no build command runs.
 *
 * @param id - Of the build; a given source is in its folder.
 */
export function registerLive(
    dependencies: BuildServiceDependencies,
    id: string,
    blueprint: ResolvedActorSource,
    options: RegistrationOptions,
): RegisteredActor {
    return dependencies.actors.batch(() => register(dependencies, id, blueprint, options));
}

function register(
    { actors, builds, clock, logs }: BuildServiceDependencies,
    id: string,
    { readme, ...blueprint }: ResolvedActorSource,
    options: RegistrationOptions,
): RegisteredActor {
    const { actor } = actors.findOrCreate(blueprint);
    const version = createVersion(blueprint, actors.versionsOf(actor.id));
    const buildNumber = actors.allocateBuildNumber(actor.id, version.versionNumber);
    const now = new Date(clock.now());
    const { buildTag } = version;
    const document = createBuildDocument({ id, actor, version, buildNumber, buildTag, origin: ORIGIN, now });
    const { envVars, sealedEnvVars } = document.blueprint;
    document.blueprint = { ...blueprint, envVars, sealedEnvVars };
    const { build } = document;
    Object.assign(build, { status: 'SUCCEEDED', finishedAt: now });
    describeBuild(build, blueprint.definition, readme);
    builds.save(document);
    actors.register(actor.id, version, options);
    actors.moveTags(document, chooseTags(actor, buildTag));
    logs.open(build.id).note(describeSource(blueprint));
    logs.end(build.id);
    return { actor: actors.require(actor.id), build: toPublicBuild(document) };
}

/**
 * Registers an Actor with a build that is a copy of its source, made by its own build script if it has one.
 *
 * @throws EngineError `actor-source-invalid`, with the end of the log, when the build does not succeed; then nothing has
 * changed but that the number of the build is taken.
 */
export async function registerSnapshot(
    {
        actors,
        logs,
    }: Pick<BuildServiceDependencies, 'actors'> & { logs: { text(buildId: string): string | undefined } },
    service: BuildService,
    blueprint: ResolvedActorSource,
    options: RegistrationOptions,
): Promise<RegisteredActor> {
    const { actor, isNew } = actors.findOrCreate(blueprint);
    const version = createVersion(blueprint, actors.versionsOf(actor.id));
    const { id } = service.startVersion(actor, version, { tags: chooseTags(actor, version.buildTag), origin: ORIGIN });
    const build = await service.waitForFinish(id);
    if (build.status === 'SUCCEEDED') return { actor: actors.register(actor.id, version, options), build };
    const lines = logs.text(id)?.trimEnd().split('\n').slice(-LOG_LINES_IN_ERROR) ?? [];
    if (isNew) await actors.remove(actor.id);
    const message = `The build of \`${actor.username}/${actor.name}\` is ${build.status}: ${build.statusMessage}`;
    throw new EngineError('actor-source-invalid', `${message} Its log ends with:\n${lines.join('\n')}`, {
        details: { build: id, status: build.status },
    });
}

/** An Actor that is only ever built as `beta` can still be run by those who ask for nothing special. */
function chooseTags({ taggedBuilds }: Actor, tag: string): [string, ...string[]] {
    return Object.hasOwn(taggedBuilds, DEFAULT_TAG) || tag === DEFAULT_TAG ? [tag] : [tag, DEFAULT_TAG];
}

/** What the source says of a version, with what was set of it by other means. */
function createVersion(blueprint: ResolvedActorSource, versions: readonly StoredVersion[]): StoredVersion {
    const { versionNumber, buildTag, sourceFiles, directory, entryFile, isFunction } = blueprint;
    const before = versions.find((version) => version.versionNumber === versionNumber);
    const origin = { directory, ...(entryFile && { entryFile }), ...(isFunction && { isFunction }) };
    return {
        versionNumber,
        sourceType: 'SOURCE_FILES',
        buildTag,
        ...(before?.applyEnvVarsToBuild !== undefined && { applyEnvVarsToBuild: before.applyEnvVarsToBuild }),
        envVars: mergeEnvVars(blueprint, before?.envVars ?? []),
        sourceFiles: sourceFiles ?? [],
        ...(sourceFiles === undefined && { origin }),
    };
}

/** As when it is deployed: variables that the source names replace all that are no secrets. */
function mergeEnvVars({ envVars }: ResolvedActorSource, before: readonly EnvVar[]): EnvVar[] {
    const named = Object.entries(envVars).map(([name, value]): EnvVar => ({ name, value }));
    if (named.length === 0) return [...before];
    const secrets = before.filter(({ name, isSecret }) => isSecret === true && !Object.hasOwn(envVars, name));
    return [...named, ...secrets];
}

function describeSource({ isFunction, sourceFiles, directory, entryFile }: ResolvedActorSource): string {
    if (isFunction === true) return 'The Actor is a function; there is nothing to build.';
    if (sourceFiles !== undefined) return `The source was given as text; it is in ${directory}, as it is.`;
    return `Nothing is copied: each run reads ${entryFile ?? directory} as it is then.`;
}
