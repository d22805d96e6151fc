import { EngineError } from '../../errors/engine-error.js';
import { isTerminal } from '../../model/api/status.js';
import { didYouMean } from '../../util/check.js';
import { withoutUndefined } from '../../util/json/without-undefined.js';
import type { Actor, ActorDefinition, Build, TaggedBuild, BuildOptions, BuildVersion } from '../../model/api/actor.js';
import type { ActorFunction } from '../../protocol/actor-function.js';
import type { ResolvedActorSource } from '../source/actor-source.js';
import type { DocumentStore } from '../../records/document-store.js';
import type { BuildListItem } from '../../model/client/build.js';
import type { SecretCipher } from '../../storage/secret-cipher.js';
import type { StoredVersion } from '../actor-versions.js';

/** A build with what it was made from. */
export interface BuildDocument {
    build: Build;
    blueprint: ResolvedActorSource;
    /** Those that it gets, until it has them; only of a build that is being made. */
    pendingTags?: readonly string[];
}

/** Actors that are functions, by the ids of their builds. */
export type ActorFunctions = ReadonlyMap<string, ActorFunction>;

/** Weights of the parts of a build number in `buildNumberInt`, as the platform has them. */
const MAJOR_BASE = 1e7;

const MINOR_BASE = 1e5;

/** How the platform runs builds; nothing of it is limited here. */
const BUILD_MEMORY_MBYTES = 4096;

const BUILD_DISK_MBYTES = 8192;

const MBYTES_PER_GBYTE = 1024;

const MILLIS_PER_HOUR = 3_600_000;

/** The builds of all Actors. */
export class BuildRegistry {
    readonly #documents: DocumentStore;
    readonly #builds = new Map<string, BuildDocument>();

    /** @param functions - What the documents cannot have in them. */
    constructor(documents: DocumentStore, functions: ActorFunctions = new Map()) {
        this.#documents = documents;
        for (const document of documents.loadAll('builds') as BuildDocument[]) {
            const { build, blueprint } = document;
            const run = functions.get(build.id);
            if (run !== undefined && blueprint.isFunction === true) blueprint.run = run;
            this.#builds.set(build.id, document);
        }
    }

    /** The functions of those Actors that are functions. */
    functions(): ActorFunctions {
        const functions = new Map<string, ActorFunction>();
        for (const { build, blueprint } of this.#builds.values()) {
            if (blueprint.run !== undefined) functions.set(build.id, blueprint.run);
        }
        return functions;
    }

    /** Keeps a new document, or the changes of one that is kept already. */
    save(document: BuildDocument): void {
        this.#builds.set(document.build.id, document);
        this.#documents.save('builds', document.build.id, document);
    }

    get(id: string): BuildDocument | undefined {
        return this.#builds.get(id);
    }

    /** @throws EngineError `unknown-build-tag` when there is no such build any more. */
    require(id: string): BuildDocument {
        const document = this.#builds.get(id);
        if (document) return document;
        throw new EngineError(
            'unknown-build-tag',
            `The build \`${id}\` is gone: it was deleted, or its Actor was. Name another \`build\`.`,
        );
    }

    all(): Iterable<BuildDocument> {
        return this.#builds.values();
    }

    /** True if there is none that cannot be read. */
    get isComplete(): boolean {
        const damaged = this.#documents.corrupted('builds');
        return damaged.ids.length === 0 && !damaged.mayContain('');
    }

    /** All builds, or those of one Actor; oldest first. */
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

    /** The number of the last build of a version that there is, or 0. */
    lastNumber(actorId: string, versionNumber: string): number {
        const prefix = `${versionNumber}.`;
        const numbers = this.of(actorId)
            .filter(({ build }) => build.buildNumber.startsWith(prefix))
            .map(({ build }) => Number(build.buildNumber.slice(prefix.length)));
        return Math.max(0, ...numbers);
    }

    /** The build that a tag or a number names, if there is one. */
    find(actor: Pick<Actor, 'id' | 'taggedBuilds'>, tagOrNumber: string): BuildDocument | undefined {
        const tagged = Object.hasOwn(actor.taggedBuilds, tagOrNumber) ? actor.taggedBuilds[tagOrNumber] : undefined;
        return tagged
            ? this.#builds.get(tagged.buildId)
            : this.of(actor.id).find(({ build }) => build.buildNumber === tagOrNumber);
    }

    /** Refuses a build that has not succeeded, with `invalid-build`. */
    assertUsable({ build }: BuildDocument): void {
        if (build.status === 'SUCCEEDED') return;
        const remedy = isTerminal(build.status)
            ? `See its log: \`client.build('${build.id}').log().get()\`.`
            : `Wait for its end: \`client.build('${build.id}').waitForFinish()\`.`;
        throw new EngineError(
            'invalid-build',
            `Build ${build.buildNumber} is ${build.status}; only one that has succeeded can be run or tagged. ${remedy}`,
            { details: { build: build.id, status: build.status } },
        );
    }

    /**
     * The build that a tag or a number names.
     *
     * @throws EngineError `unknown-build-tag`, with the tags and numbers there are; `invalid-build` for one that has not
     * succeeded.
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
                `${didYouMean(tagOrNumber, known)} It has: ${known.join(', ') || 'none'}. \`client.actor(id).build(version)\` makes one.`,
            { details: { build: tagOrNumber } },
        );
    }
}

/** A build number as one number that sorts as the platform sorts it. */
export function buildNumberInt(buildNumber: string): number {
    const [major = 0, minor = 0, build = 0] = buildNumber.split('.').map(Number);
    return major * MAJOR_BASE + minor * MINOR_BASE + build;
}

/** What an Actor keeps of a build that a tag points to. */
export function tagOf({ id, buildNumber, buildNumberInt, finishedAt }: Build): TaggedBuild {
    return { buildId: id, buildNumber, buildNumberInt, finishedAt };
}

/** What a new build is made of. */
interface NewBuild {
    id: string;
    actor: Pick<Actor, 'id' | 'userId' | 'name'>;
    version: StoredVersion;
    buildNumber: string;
    /** The tag that it is to get. */
    buildTag: string;
    origin: string;
    now: Date;
    options?: Pick<BuildOptions, 'useCache' | 'betaPackages'>;
}

/** A build that is READY, with the environment of its version frozen in it; secrets stay sealed. */
export function createBuildDocument({
    id,
    actor,
    version,
    buildNumber,
    buildTag,
    origin,
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
        meta: { origin, userAgent: 'greenroom' },
        ...(options && { options: { ...options, memoryMbytes: BUILD_MEMORY_MBYTES, diskMbytes: BUILD_DISK_MBYTES } }),
        actVersion: toBuildVersion(version),
        usageTotalUsd: 0,
    };
    return { build, blueprint };
}

/** The environment variables of a version, by name. */
function splitEnvVars({ envVars }: StoredVersion): Pick<ResolvedActorSource, 'envVars' | 'sealedEnvVars'> {
    const pairs = (isSecret: boolean): Record<string, string> => {
        const some = envVars.filter((variable) => (variable.isSecret === true) === isSecret);
        return Object.fromEntries(some.map(({ name, value = '' }) => [name, value]));
    };
    return { envVars: pairs(false), sealedEnvVars: pairs(true) };
}

/** The values of the secret variables of a build, by name. */
export function decryptEnvVars(
    { sealedEnvVars = {} }: ResolvedActorSource,
    secrets: SecretCipher,
): Record<string, string> {
    return Object.fromEntries(Object.entries(sealedEnvVars).map(([name, sealed]) => [name, secrets.decrypt(sealed)]));
}

/** Takes in what `actor.json` and the README say. */
export function describeBuild(build: Build, definition: ActorDefinition | undefined, readme?: string): void {
    build.actorDefinition = definition;
    build.inputSchema = definition?.input && JSON.stringify(definition.input);
    if (readme !== undefined) build.readme = readme;
}

/** The figures of a build that has ended. */
export function finalizeBuild(build: Build, nowMillis: number): void {
    const durationMillis = nowMillis - build.startedAt.getTime();
    const computeUnits = (BUILD_MEMORY_MBYTES / MBYTES_PER_GBYTE) * (durationMillis / MILLIS_PER_HOUR);
    build.finishedAt = new Date(nowMillis);
    build.stats = { durationMillis, runTimeSecs: durationMillis / 1000, computeUnits };
    build.usage = { ACTOR_COMPUTE_UNITS: computeUnits };
    build.usageUsd = { ACTOR_COMPUTE_UNITS: 0 };
}

/** A build as it may be handed out: a copy, with the files that it was made of. */
export function toPublicBuild({ build, blueprint }: BuildDocument): Build {
    const copy = structuredClone(build);
    if (copy.actVersion?.sourceType === 'SOURCE_FILES') {
        copy.actVersion.sourceFiles = (blueprint.sourceFiles ?? []).map((file) => ({ ...file }));
    }
    return copy;
}

/** A build as lists have it; its status is declared as that of one that has ended. */
export function toListItem({ build }: BuildDocument): BuildListItem {
    const { id, actId, userId, status, startedAt, finishedAt, usageTotalUsd, buildNumber, buildNumberInt, meta } =
        build;
    const item = { id, actId, userId, status, startedAt, finishedAt, usageTotalUsd, buildNumber, buildNumberInt, meta };
    return structuredClone(item) as BuildListItem;
}

/** Without the files, which the blueprint has. */
function toBuildVersion(version: StoredVersion): BuildVersion {
    const { versionNumber, sourceType, buildTag, gitRepoUrl, tarballUrl, gitHubGistUrl } = version;
    return withoutUndefined({ versionNumber, sourceType, buildTag, gitRepoUrl, tarballUrl, gitHubGistUrl });
}
