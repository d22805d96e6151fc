import { EngineError } from '../../errors/engine-error.js';
import { describeBuild, createBuildDocument, toPublicBuild } from './builds.js';
import { DEFAULT_TAG } from '../actor-versions.js';
import type { Actor, Build } from '../../model/api/actor.js';
import type { EnvVar } from '../../model/api/version.js';
import type { ResolvedActorSource } from '../source/actor-source.js';
import type { RegistrationOptions } from '../actors.js';
import type { StoredVersion } from '../actor-versions.js';
import type { SecretCipher } from '../../storage/secret-cipher.js';
import type { BuildServiceDependencies } from './build-job.js';
import type { BuildService } from './build-service.js';

const ORIGIN = 'DEVELOPMENT';
const LOG_LINES_IN_ERROR = 10;

/** A registered Actor and its build. */
export interface RegisteredActor {
    actor: Actor;
    build: Build;
}

/**
 * Registers an Actor whose build follows its source: nothing is copied, and no build command runs.
 *
 * @param id - Id of the build. A source passed as text was written to its folder.
 */
export function registerLive(
    dependencies: BuildServiceDependencies,
    id: string,
    source: ResolvedActorSource,
    options: RegistrationOptions,
): RegisteredActor {
    return dependencies.actors.batch(() => register(dependencies, id, source, options));
}

function register(
    { actors, builds, clock, logs, secrets }: BuildServiceDependencies,
    id: string,
    { readme, secretEnvVars, ...source }: ResolvedActorSource,
    options: RegistrationOptions,
): RegisteredActor {
    const { actor } = actors.findOrCreate(source);
    const version = createVersion({ ...source, secretEnvVars }, actors.versionsOf(actor.id), secrets);
    const buildNumber = actors.allocateBuildNumber(actor.id, version.versionNumber);
    const now = new Date(clock.now());
    const { buildTag } = version;
    const document = createBuildDocument({ id, actor, version, buildNumber, buildTag, origin: ORIGIN, now });
    const { envVars, sealedEnvVars } = document.blueprint;
    document.blueprint = { ...source, envVars, sealedEnvVars };
    const { build } = document;
    Object.assign(build, { status: 'SUCCEEDED', finishedAt: now });
    describeBuild(build, source.definition, readme);
    builds.save(document);
    actors.register(actor.id, version, options);
    actors.moveTags(document, chooseTags(actor, buildTag));
    logs.open(build.id).note(describeSource(source));
    logs.end(build.id);
    return { actor: actors.require(actor.id), build: toPublicBuild(document) };
}

/**
 * Registers an Actor with a build from a copy of its source. Runs the Actor's build script if it has one.
 *
 * @throws EngineError `actor-source-invalid`, with the end of the log, if the build fails; then only the build number is used
 * up, and nothing else has changed.
 */
export async function registerSnapshot(
    {
        actors,
        logs,
        secrets,
    }: Pick<BuildServiceDependencies, 'actors' | 'secrets'> & { logs: { text(buildId: string): string | undefined } },
    service: BuildService,
    source: ResolvedActorSource,
    options: RegistrationOptions,
): Promise<RegisteredActor> {
    const { actor, isNew } = actors.findOrCreate(source);
    const version = createVersion(source, actors.versionsOf(actor.id), secrets);
    const { id } = service.startVersion(actor, version, { tags: chooseTags(actor, version.buildTag), origin: ORIGIN });
    const build = await service.waitForFinish(id);
    if (build.status === 'SUCCEEDED') return { actor: actors.register(actor.id, version, options), build };
    const lines = logs.text(id)?.trimEnd().split('\n').slice(-LOG_LINES_IN_ERROR) ?? [];
    if (isNew) await actors.remove(actor.id);
    const message = `The build of \`${actor.username}/${actor.name}\` ended with ${build.status}: ${build.statusMessage}`;
    throw new EngineError('actor-source-invalid', `${message} Last lines of its log:\n${lines.join('\n')}`, {
        details: { build: id, status: build.status },
    });
}

/** Adds the default tag if no build has it, so that an Actor built only as `beta` can run by default. */
function chooseTags({ taggedBuilds }: Actor, tag: string): [string, ...string[]] {
    return Object.hasOwn(taggedBuilds, DEFAULT_TAG) || tag === DEFAULT_TAG ? [tag] : [tag, DEFAULT_TAG];
}

/** Creates the version of a source. Keeps settings of the previous version that a source cannot have. */
function createVersion(
    source: ResolvedActorSource,
    versions: readonly StoredVersion[],
    secrets: SecretCipher,
): StoredVersion {
    const { versionNumber, buildTag, sourceFiles, directory, entryFile, isFunction } = source;
    const before = versions.find((version) => version.versionNumber === versionNumber);
    const origin = { directory, ...(entryFile && { entryFile }), ...(isFunction && { isFunction }) };
    return {
        versionNumber,
        sourceType: 'SOURCE_FILES',
        buildTag,
        ...(before?.applyEnvVarsToBuild !== undefined && { applyEnvVarsToBuild: before.applyEnvVarsToBuild }),
        envVars: mergeEnvVars(source, before?.envVars ?? [], secrets),
        sourceFiles: sourceFiles ?? [],
        ...(sourceFiles === undefined && { origin }),
    };
}

/** Merges environment variables as a deployment does: those of the source replace all except secrets. */
function mergeEnvVars(
    { envVars, secretEnvVars = {} }: ResolvedActorSource,
    before: readonly EnvVar[],
    secrets: SecretCipher,
): EnvVar[] {
    const named = [
        ...Object.entries(envVars).map(([name, value]): EnvVar => ({ name, value })),
        ...Object.entries(secretEnvVars).map(([name, value]): EnvVar => ({
            name,
            value: secrets.encrypt(value),
            isSecret: true,
        })),
    ];
    if (named.length === 0) return [...before];
    const kept = before.filter((old) => old.isSecret === true && !named.some(({ name }) => name === old.name));
    return [...named, ...kept];
}

function describeSource({ isFunction, sourceFiles, directory, entryFile }: ResolvedActorSource): string {
    if (isFunction === true) return 'The Actor is a function; it is not built.';
    if (sourceFiles !== undefined) return 'The source was stored unchanged; it is not built.';
    if (entryFile !== undefined) return `Live file: runs use the current ${entryFile}.`;
    return `Live folder: runs use the current files in ${directory}.`;
}
