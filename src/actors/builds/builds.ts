import { EngineError } from '../../errors/engine-error.js';
import { isTerminal } from '../../model/api/status.js';
import { didYouMean, listNames } from '../../util/check.js';
import { endTime } from '../../util/clock.js';
import { withoutUndefined } from '../../util/json/without-undefined.js';
import type { Actor, ActorDefinition, Build, TaggedBuild, BuildOptions, BuildVersion } from '../../model/api/actor.js';
import type { ActorFunction } from '../../protocol/actor-function.js';
import type { ResolvedActorSource } from '../source/actor-source.js';
import type { DocumentStore } from '../../records/document-store.js';
import type { BuildListItem } from '../../model/client/build.js';
import type { SecretCipher } from '../../storage/secret-cipher.js';
import type { StoredVersion } from '../actor-versions.js';

/** The stored document of a build, with its source. */
export interface BuildDocument {
    build: Build;
    /** The source of the build; the stored documents have this name for it. */
    blueprint: ResolvedActorSource;
    /** Tags to move to the build when it succeeds. */
    pendingTags?: readonly string[];
}

/** The folders of builds. The path follows from the id of the build, never from a document. */
export interface BuildFolders {
    /** Creates the folder of a build, in a parent from which the built-in SDK resolves. */
    create(buildId: string): Promise<string>;
    /** Removes the folder of a build, if it exists. */
    remove(buildId: string): Promise<void>;
    /**
     * Removes the folders left behind by a crash.
     *
     * @param buildIds - Builds whose folders are kept.
     */
    removeOrphans(buildIds: readonly string[]): Promise<void>;
    /** Returns a path as it is stored: relative if it is inside the engine's directory, which may be moved or copied. */
    toStoredPath(path: string): string;
    /** Returns the absolute path of a stored one. */
    fromStoredPath(path: string, buildId: string): string;
}

/** The functions of Actors that are functions, by the ids of their builds. */
export type ActorFunctions = ReadonlyMap<string, ActorFunction>;

/** Weights of the parts of a build number in `buildNumberInt`, as on the platform. */
const MAJOR_BASE = 1e7;

const MINOR_BASE = 1e5;

/** Memory and disk of builds on the platform. Not enforced. */
const BUILD_MEMORY_MBYTES = 4096;

const BUILD_DISK_MBYTES = 8192;

const MBYTES_PER_GBYTE = 1024;

const MILLIS_PER_HOUR = 3_600_000;

/** The builds of all Actors. */
export class BuildRegistry {
    readonly #documents: DocumentStore;
    readonly #folders: BuildFolders;
    readonly #builds = new Map<string, BuildDocument>();

    /** @param functions - The functions of Actors, which documents cannot contain. */
    constructor(documents: DocumentStore, folders: BuildFolders, functions: ActorFunctions = new Map()) {
        this.#documents = documents;
        this.#folders = folders;
        for (const stored of documents.loadAll('builds') as BuildDocument[]) {
            const { id } = stored.build;
            const document = mapPaths(stored, (path) => folders.fromStoredPath(path, id));
            const { blueprint } = document;
            const run = functions.get(id);
            if (run !== undefined && blueprint.isFunction === true) blueprint.run = run;
            this.#builds.set(id, document);
        }
    }

    /** Returns the functions of Actors that are functions. */
    functions(): ActorFunctions {
        const functions = new Map<string, ActorFunction>();
        for (const { build, blueprint } of this.#builds.values()) {
            if (blueprint.run !== undefined) functions.set(build.id, blueprint.run);
        }
        return functions;
    }

    /** Saves a new or changed document. */
    save(document: BuildDocument): void {
        const { id } = document.build;
        this.#builds.set(id, document);
        this.#documents.save(
            'builds',
            id,
            mapPaths(document, (path) => this.#folders.toStoredPath(path)),
        );
    }

    get(id: string): BuildDocument | undefined {
        return this.#builds.get(id);
    }

    /** @throws EngineError `unknown-build-tag` if the build does not exist any more. */
    require(id: string): BuildDocument {
        const document = this.#builds.get(id);
        if (document) return document;
        throw new EngineError(
            'unknown-build-tag',
            `The build \`${id}\` does not exist any more: it or its Actor was deleted. Use another \`build\`.`,
        );
    }

    all(): Iterable<BuildDocument> {
        return this.#builds.values();
    }

    /** True if no stored build is corrupted. */
    get isComplete(): boolean {
        const damaged = this.#documents.corrupted('builds');
        return damaged.ids.length === 0 && !damaged.mayContain('');
    }

    /** Returns all builds, or those of one Actor, oldest first. */
    list(actorId?: string): BuildDocument[] {
        const documents = actorId === undefined ? [...this.#builds.values()] : this.of(actorId);
        return documents.toSorted(({ build: a }, { build: b }) => {
            return a.startedAt.getTime() - b.startedAt.getTime() || a.buildNumberInt - b.buildNumberInt;
        });
    }

    of(actorId: string): BuildDocument[] {
        return [...this.#builds.values()].filter(({ build }) => build.actId === actorId);
    }

    remove(id: string): void {
        this.#builds.delete(id);
        this.#documents.remove('builds', id);
    }

    removeOf(actorId: string): void {
        for (const { build } of this.of(actorId)) this.remove(build.id);
    }

    /** Returns the highest number of the existing builds of a version, or 0. */
    lastNumber(actorId: string, versionNumber: string): number {
        const prefix = `${versionNumber}.`;
        const numbers = this.of(actorId)
            .filter(({ build }) => build.buildNumber.startsWith(prefix))
            .map(({ build }) => Number(build.buildNumber.slice(prefix.length)));
        return Math.max(0, ...numbers);
    }

    /** Returns the build with a tag or a number, if it exists. */
    find(actor: Pick<Actor, 'id' | 'taggedBuilds'>, tagOrNumber: string): BuildDocument | undefined {
        const tagged = Object.hasOwn(actor.taggedBuilds, tagOrNumber) ? actor.taggedBuilds[tagOrNumber] : undefined;
        return tagged
            ? this.#builds.get(tagged.buildId)
            : this.of(actor.id).find(({ build }) => build.buildNumber === tagOrNumber);
    }

    /** Throws `invalid-build` if the build has not succeeded. */
    assertUsable({ build }: BuildDocument): void {
        if (build.status === 'SUCCEEDED') return;
        const remedy = isTerminal(build.status)
            ? `Check its log: \`client.build('${build.id}').log().get()\`.`
            : `Wait until it finishes: \`client.build('${build.id}').waitForFinish()\`.`;
        throw new EngineError(
            'invalid-build',
            `Build ${build.buildNumber} is ${build.status}; only a build that succeeded can be run or tagged. ${remedy}`,
            { details: { build: build.id, status: build.status } },
        );
    }

    /**
     * Returns the build with a tag or a number.
     *
     * @throws EngineError `unknown-build-tag`, with the existing tags and numbers; `invalid-build` if it has not succeeded.
     */
    resolve(actor: Readonly<Actor>, tagOrNumber: string): BuildDocument {
        const found = this.find(actor, tagOrNumber);
        if (found) {
            this.assertUsable(found);
            return found;
        }
        const known = [...Object.keys(actor.taggedBuilds), ...this.of(actor.id).map(({ build }) => build.buildNumber)];
        throw new EngineError(
            'unknown-build-tag',
            `Actor \`${actor.username}/${actor.name}\` has no build \`${tagOrNumber}\`.` +
                `${didYouMean(tagOrNumber, known)} Existing builds: ${listNames(known) || 'none'}.`,
            { details: { build: tagOrNumber }, remedy: 'create-build' },
        );
    }
}

/** Returns a document with its paths mapped. */
function mapPaths(document: BuildDocument, map: (path: string) => string): BuildDocument {
    const { directory, entryFile } = document.blueprint;
    const paths = { directory: map(directory), ...(entryFile !== undefined && { entryFile: map(entryFile) }) };
    return { ...document, blueprint: { ...document.blueprint, ...paths } };
}

/** Converts a build number to one integer that sorts like on the platform. */
export function buildNumberInt(buildNumber: string): number {
    const [major = 0, minor = 0, build = 0] = buildNumber.split('.').map(Number);
    return major * MAJOR_BASE + minor * MINOR_BASE + build;
}

/** Returns the fields of a build that its Actor stores under a tag. */
export function tagOf({ id, buildNumber, buildNumberInt, finishedAt }: Build): TaggedBuild {
    return { buildId: id, buildNumber, buildNumberInt, finishedAt };
}

/** The properties of a new build. */
interface NewBuild {
    id: string;
    actor: Pick<Actor, 'id' | 'userId' | 'name'>;
    version: StoredVersion;
    buildNumber: string;
    /** The tag that the build requests. */
    buildTag: string;
    origin: string;
    userAgent?: string | undefined;
    now: Date;
    options?: Pick<BuildOptions, 'useCache' | 'betaPackages'>;
}

/** Creates a READY build with a copy of its version's environment. Secrets stay encrypted. */
export function createBuildDocument({
    id,
    actor,
    version,
    buildNumber,
    buildTag,
    origin,
    userAgent = 'greenroom',
    now,
    options,
}: NewBuild): BuildDocument {
    const { versionNumber, sourceFiles } = version;
    const blueprint: ResolvedActorSource = {
        name: actor.name,
        versionNumber,
        buildTag,
        ...splitEnvVars(version),
        ...(sourceFiles.length > 0 && { sourceFiles }),
        directory: '',
        memory: {},
    };
    const build: Build = {
        id,
        actId: actor.id,
        userId: actor.userId,
        buildNumber,
        buildNumberInt: buildNumberInt(buildNumber),
        status: 'READY',
        startedAt: now,
        meta: { origin, userAgent },
        ...(options && { options: { ...options, memoryMbytes: BUILD_MEMORY_MBYTES, diskMbytes: BUILD_DISK_MBYTES } }),
        actVersion: toBuildVersion(version),
        usageTotalUsd: 0,
    };
    return { build, blueprint };
}

/** Splits the environment variables of a version into public and encrypted ones, by name. */
function splitEnvVars({ envVars }: StoredVersion): Pick<ResolvedActorSource, 'envVars' | 'sealedEnvVars'> {
    const pairs = (isSecret: boolean): Record<string, string> => {
        const some = envVars.filter((variable) => (variable.isSecret === true) === isSecret);
        return Object.fromEntries(some.map(({ name, value = '' }) => [name, value]));
    };
    return { envVars: pairs(false), sealedEnvVars: pairs(true) };
}

/** Decrypts the secret variables of a build. Returns the values by name. */
export function decryptEnvVars(
    { sealedEnvVars = {} }: ResolvedActorSource,
    secrets: SecretCipher,
): Record<string, string> {
    return Object.fromEntries(Object.entries(sealedEnvVars).map(([name, sealed]) => [name, secrets.decrypt(sealed)]));
}

/** Sets the fields of a build that come from `actor.json` and the README. */
export function describeBuild(build: Build, definition: ActorDefinition | undefined, readme?: string): void {
    build.actorDefinition = definition;
    build.inputSchema = definition?.input && JSON.stringify(definition.input);
    if (readme !== undefined) build.readme = readme;
}

/** Sets the fields of a build that only a finished one has. */
export function finalizeBuild(build: Build, nowMillis: number): void {
    build.finishedAt = endTime(build.startedAt, nowMillis);
    const durationMillis = build.finishedAt.getTime() - build.startedAt.getTime();
    const computeUnits = (BUILD_MEMORY_MBYTES / MBYTES_PER_GBYTE) * (durationMillis / MILLIS_PER_HOUR);
    build.stats = { durationMillis, runTimeSecs: durationMillis / 1000, computeUnits };
    build.usage = { ACTOR_COMPUTE_UNITS: computeUnits };
    build.usageUsd = { ACTOR_COMPUTE_UNITS: 0 };
}

/** Returns a copy of a build for clients, with its source files. */
export function toPublicBuild({ build, blueprint }: BuildDocument): Build {
    const copy = structuredClone(build);
    if (copy.actVersion?.sourceType === 'SOURCE_FILES') {
        copy.actVersion.sourceFiles = (blueprint.sourceFiles ?? []).map((file) => ({ ...file }));
    }
    return copy;
}

/** Returns a build as a list item. The API declares its status as that of a finished build. */
export function toListItem({ build }: BuildDocument): BuildListItem {
    const { id, actId, userId, status, startedAt, finishedAt, usageTotalUsd, buildNumber, buildNumberInt, meta } =
        build;
    const item = { id, actId, userId, status, startedAt, finishedAt, usageTotalUsd, buildNumber, buildNumberInt, meta };
    return structuredClone(item) as BuildListItem;
}

/** Returns the version of a build, without the source files, which are stored with its source. */
function toBuildVersion(version: StoredVersion): BuildVersion {
    const { versionNumber, sourceType, buildTag, gitRepoUrl, tarballUrl, gitHubGistUrl } = version;
    return withoutUndefined({ versionNumber, sourceType, buildTag, gitRepoUrl, tarballUrl, gitHubGistUrl });
}
