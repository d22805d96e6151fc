import { EngineError } from '../errors/engine-error.js';
import { didYouMean, listNames } from '../util/check.js';
import { withoutUndefined } from '../util/json/without-undefined.js';
import { assertAppended, readPricings } from './definition/pricing.js';
import { applyChanges, copyActor, createActor, setTag, type ActorOwner, type StoredActor } from './stored-actor.js';
import { prepareInputFor } from './input/prepare-input.js';
import { tagOf, type BuildDocument, type BuildRegistry } from './builds/builds.js';
import { DEFAULT_TAG, readVersion, type StoredVersion } from './actor-versions.js';
import type { Actor, DefaultRunOptions } from '../model/api/actor.js';
import type { ActorFields, ActorUpdate } from '../model/client/client.js';
import type { Isolation } from '../model/execution.js';
import type { ActorRunPricingInfo } from '../model/api/pricing.js';
import type { VersionFields } from '../model/api/version.js';
import type { SecretCipher } from '../storage/secret-cipher.js';
import { NameMap } from '../util/collections/name-map.js';
import { splitReference } from '../util/collections/named-records.js';
import type { Clock } from '../util/clock.js';
import type { ResolvedActorSource } from './source/actor-source.js';
import type { DocumentStore } from '../records/document-store.js';
import type { WatchedFolders } from './builds/watched-folders.js';
import type { RunInput } from '../model/api/run-document.js';

/** Properties of an Actor that its source does not define. */
export interface RegistrationOptions {
    isPublic?: boolean;
    isolation?: Isolation;
    defaultRunOptions?: Partial<DefaultRunOptions>;
    pricingInfos?: ActorRunPricingInfo[];
}

/** The users who own Actors. The first one owns Actors without another owner. */
export interface ActorOwners {
    readonly first: ActorOwner;
    findByName(username: string): ActorOwner | undefined;
    find(idOrName: string): ActorOwner | undefined;
}

/** The services that the registry depends on. */
export interface ActorRegistryDependencies {
    documents: DocumentStore;
    builds: BuildRegistry;
    watchedFolders: WatchedFolders;
    secrets: SecretCipher;
    clock: Clock;
    users: ActorOwners;
    /** Aborts the builds of an Actor that is being removed, and deletes them. */
    endBuilds: (actorId: string) => Promise<void>;
}

const DEFAULT_NAME = 'my-actor';
/** Maximum of the last part of a build number. */
/** A relative or absolute path, or the URL of a file. */
const PATH = /^(?:\.{0,2}[\\/]|[A-Za-z]:[\\/]|file:)/;

const MAX_BUILD_NUMBER = 99_999;

/** The registered Actors of all users. Returns copies. The default caller is the first user. */
export class ActorRegistry {
    readonly #dependencies: ActorRegistryDependencies;
    readonly #actors = new Map<string, StoredActor>();
    /** `username/name` to id. */
    readonly #ids = new NameMap<string>();
    /** The Actors to save at the end of a {@link ActorRegistry.batch}. */
    #unsaved: Set<StoredActor> | undefined;

    constructor(dependencies: ActorRegistryDependencies) {
        this.#dependencies = dependencies;
        for (const actor of dependencies.documents.loadAll('actors') as StoredActor[]) this.#index(actor);
    }

    /** Returns the Actor of a source. Creates it if no Actor has this name. */
    findOrCreate(source: ResolvedActorSource): { actor: Actor; isNew: boolean } {
        const { users } = this.#dependencies;
        const username = source.username ?? users.first.username;
        const existing = this.#actors.get(this.#ids.get(`${username}/${source.name}`) ?? '');
        if (existing) return { actor: copyActor(existing), isNew: false };
        const { name, title, description, buildTag, memory } = source;
        const { id } = users.findByName(username) ?? users.first;
        const actor = Object.assign(createActor(name, { id, username }, this.#now()), { title, description });
        actor.defaultRunOptions.build = buildTag;
        actor.defaultRunOptions.memoryMbytes = memory.default ?? actor.defaultRunOptions.memoryMbytes;
        this.#save(actor);
        return { actor: copyActor(actor), isNew: true };
    }

    /** Saves the Actors changed by `work` once, at its end, so that a crash does not leave half of a change on disk. */
    batch<T>(work: () => T): T {
        if (this.#unsaved) return work();
        const changed = (this.#unsaved = new Set<StoredActor>());
        try {
            return work();
        } finally {
            this.#unsaved = undefined;
            for (const actor of changed) this.#save(actor);
        }
    }

    /** Applies the version and the options of a registration, once its source is known to be valid. */
    register(id: string, version: StoredVersion, options: RegistrationOptions): Actor {
        const actor = this.#require(id);
        actor.isPublic = options.isPublic ?? actor.isPublic;
        actor.isolation = options.isolation ?? actor.isolation;
        actor.pricingInfos = options.pricingInfos ?? actor.pricingInfos;
        Object.assign(actor.defaultRunOptions, withoutUndefined(options.defaultRunOptions ?? {}));
        const others = actor.versions.filter(({ versionNumber }) => versionNumber !== version.versionNumber);
        actor.versions = [...others, version];
        this.#saveModified(actor);
        return copyActor(actor);
    }

    /** Creates an Actor without builds. */
    create(fields: ActorFields, owner: ActorOwner = this.#dependencies.users.first): Actor {
        const name = fields.name ?? this.#chooseDefaultName(owner.username);
        this.#assertNameIsFree(owner.username, name);
        const actor = createActor(name, owner, this.#now());
        this.#applyFields(actor, fields);
        this.#save(actor);
        return copyActor(actor);
    }

    /** @param caller - The owner of a name without username. */
    find(idOrName: string, caller?: ActorOwner): Actor | undefined {
        const actor = this.lookUp(idOrName, caller);
        return actor && copyActor(actor);
    }

    /** Returns the stored record without a copy; undefined as {@link ActorRegistry.find}. */
    lookUp(idOrName: string, caller: ActorOwner = this.#dependencies.users.first): StoredActor | undefined {
        if (this.#actors.has(idOrName)) return this.#actors.get(idOrName);
        const [owner, name] = splitReference(idOrName);
        const username = owner ? (this.#dependencies.users.find(owner)?.username ?? owner) : caller.username;
        return this.#actors.get(this.#ids.get(`${username}/${name}`) ?? '');
    }

    /** Like {@link ActorRegistry.find}, but throws `actor-not-found`, with a suggestion from the Actors visible to the caller. */
    require(idOrName: string, caller?: ActorOwner): Actor {
        return copyActor(this.#require(idOrName, caller));
    }

    /** Returns the stored record without a copy. Throws as {@link ActorRegistry.require}. */
    peek(idOrName: string, caller?: ActorOwner): Readonly<StoredActor> {
        return this.#require(idOrName, caller);
    }

    #require(idOrName: string, caller: ActorOwner = this.#dependencies.users.first): StoredActor {
        const actor = this.lookUp(idOrName, caller);
        if (actor) return actor;
        const details = { actor: idOrName };
        if (PATH.test(idOrName)) {
            const message = `\`${idOrName}\` is a path, but must be the id or name of an Actor.`;
            throw new EngineError('actor-not-found', message, { details, remedy: 'add-path' });
        }
        const visible = [...this.#actors.values()].filter(({ isPublic, userId }) => isPublic || userId === caller.id);
        const names = visible.map(({ username, name }) => `${username}/${name}`);
        const known = names.length === 0 ? 'No Actor is registered yet' : `Registered: ${listNames(names)}`;
        const shortNames = names.map((name) => name.slice(name.indexOf('/') + 1));
        throw new EngineError(
            'actor-not-found',
            `No Actor has the id or name \`${idOrName}\`.${didYouMean(idOrName, [...names, ...shortNames])} ` +
                `${known}.`,
            { details, remedy: 'add-actor' },
        );
    }

    list(): Actor[] {
        return [...this.#actors.values()].map(copyActor);
    }

    update(id: string, { taggedBuilds, ...fields }: ActorUpdate): Actor {
        const actor = this.#require(id);
        const name = fields.name ?? actor.name;
        this.#assertNameIsFree(actor.username, name, id);
        const tags = this.#readTags(actor, taggedBuilds ?? {});
        const before = `${actor.username}/${actor.name}`;
        this.#applyFields(actor, fields);
        this.#ids.delete(before);
        for (const [tag, document] of tags) setTag(actor, tag, document && tagOf(document.build));
        this.#save(actor);
        return copyActor(actor);
    }

    async remove(id: string): Promise<void> {
        const actor = this.#require(id);
        // First, so that it cannot be found while its builds are being aborted.
        this.#actors.delete(id);
        this.#ids.delete(`${actor.username}/${actor.name}`);
        this.#dependencies.documents.remove('actors', id);
        await this.#dependencies.endBuilds(id);
        this.#dependencies.builds.removeOf(id);
    }

    /** Returns the stored versions, with encrypted secrets. */
    versionsOf(id: string): readonly StoredVersion[] {
        return this.#require(id).versions;
    }

    setVersions(id: string, versions: StoredVersion[]): void {
        const actor = this.#require(id);
        actor.versions = versions;
        this.#saveModified(actor);
    }

    /** Returns the number of a new build of a version. Each number is given out once. */
    allocateBuildNumber(id: string, versionNumber: string): string {
        const actor = this.#require(id);
        const last = actor.lastBuilds?.[versionNumber] ?? 0;
        const number = Math.max(last, this.#dependencies.builds.lastNumber(id, versionNumber)) + 1;
        if (number > MAX_BUILD_NUMBER) {
            const message = `Version ${versionNumber} reached the maximum of ${MAX_BUILD_NUMBER} builds. Create another version.`;
            throw new EngineError('invalid-value', message);
        }
        actor.lastBuilds = { ...actor.lastBuilds, [versionNumber]: number };
        actor.stats.totalBuilds += 1;
        this.#saveModified(actor);
        return `${versionNumber}.${number}`;
    }

    /** Moves tags to a build that succeeded. Does nothing if its Actor was deleted. */
    moveTags({ build }: BuildDocument, tags: readonly string[]): void {
        const actor = this.#actors.get(build.actId);
        if (actor === undefined) return;
        for (const tag of tags) setTag(actor, tag, tagOf(build));
        this.#saveModified(actor);
    }

    /** Removes all tags of a build. */
    dropTags(actorId: string, buildId: string): void {
        const actor = this.#actors.get(actorId);
        if (actor === undefined) return;
        const tagged = Object.entries(actor.taggedBuilds).filter(([, build]) => build.buildId === buildId);
        for (const [tag] of tagged) setTag(actor, tag, undefined);
        this.#saveModified(actor);
    }

    /** Returns the default build for runs, if it exists. */
    defaultBuild(id: string): BuildDocument | undefined {
        const actor = this.#require(id);
        return this.#dependencies.builds.find(actor, actor.defaultRunOptions.build);
    }

    inputProperties(id: string): readonly string[] | undefined {
        const schema = this.defaultBuild(id)?.build.actorDefinition?.input;
        return schema && Object.keys((schema['properties'] as object | undefined) ?? {});
    }

    /**
     * Validates an input as a start would.
     *
     * @param build - Tag or number of the build. Default: `latest`, as on the platform.
     * @throws EngineError `invalid-input`, `actor-not-found` or `unknown-build-tag`.
     */
    async validateInput(idOrName: string, input: RunInput | undefined, build: string = DEFAULT_TAG): Promise<void> {
        const document = await this.currentBuild(this.#require(idOrName), build);
        await prepareInputFor(document.build, input);
    }

    /** Returns the build that a run of this Actor would execute. */
    resolveBuild(actor: Readonly<Actor>, tagOrNumber: string | undefined): BuildDocument {
        return this.#dependencies.builds.resolve(actor, tagOrNumber ?? actor.defaultRunOptions.build);
    }

    /**
     * Like {@link ActorRegistry.resolveBuild}, but first updates a build that follows its folder.
     *
     * @throws EngineError Also `actor-source-invalid` for an invalid folder.
     */
    async currentBuild(actor: Readonly<Actor>, tagOrNumber: string | undefined): Promise<BuildDocument> {
        const document = this.resolveBuild(actor, tagOrNumber);
        const refreshing = this.#dependencies.watchedFolders.refresh(document);
        if (refreshing === undefined) return document;
        await refreshing;
        // The build may have been deleted, or the tag may have moved, meanwhile.
        return this.resolveBuild(this.#require(actor.id), tagOrNumber);
    }

    /** True if the Actor was deleted; false if its record exists but is corrupted. */
    isGone(id: string): boolean {
        return !this.#actors.has(id) && !this.#dependencies.documents.corrupted('actors').mayContain(id);
    }

    /** Counts a start of an Actor. */
    countRun(id: string): void {
        const actor = this.#actors.get(id);
        if (!actor) return;
        actor.stats.totalRuns += 1;
        actor.stats.lastRunStartedAt = this.#now();
    }

    /** Saves the counts of starts, which are not saved at each start. */
    saveCounts(): void {
        for (const actor of this.#actors.values()) this.#dependencies.documents.save('actors', actor.id, actor);
    }

    #applyFields(actor: StoredActor, fields: ActorFields): void {
        const now = this.#now();
        const given = fields.pricingInfos;
        const pricingInfos = given === undefined ? given : readPricings('fields.pricingInfos', given, now);
        if (pricingInfos) assertAppended(actor.pricingInfos ?? [], pricingInfos);
        const versions = this.#readVersions(fields.versions ?? undefined, actor.versions);
        applyChanges(actor, { fields, versions, pricingInfos, now });
    }

    #readVersions(
        given: readonly VersionFields[] | undefined,
        before: readonly StoredVersion[],
    ): StoredVersion[] | undefined {
        const numbers = new Set<string>();
        return given?.map((fields, index) => {
            const known = before.find(({ versionNumber }) => versionNumber === fields?.versionNumber);
            const version = readVersion(`fields.versions[${index}]`, fields, this.#dependencies.secrets, known);
            if (numbers.has(version.versionNumber)) {
                const message = `\`fields.versions[${index}]\` repeats version ${version.versionNumber}. Each version needs a unique number.`;
                throw new EngineError('version-already-exists', message);
            }
            numbers.add(version.versionNumber);
            return version;
        });
    }

    #readTags(
        actor: StoredActor,
        given: NonNullable<ActorUpdate['taggedBuilds']>,
    ): [tag: string, document: BuildDocument | undefined][] {
        return Object.entries(given).map(([tag, target]) => {
            if (target === null) return [tag, undefined];
            const id = target.buildId ?? '';
            const document = this.#dependencies.builds.get(id);
            if (document?.build.actId !== actor.id) {
                const message = `\`fields.taggedBuilds.${tag}\` refers to the build \`${id}\`, but the Actor has no such build.`;
                throw new EngineError('record-not-found', message, { details: { build: id } });
            }
            this.#dependencies.builds.assertUsable(document);
            return [tag, document];
        });
    }

    #assertNameIsFree(username: string, name: string, ownId?: string): void {
        const holder = this.#ids.get(`${username}/${name}`);
        if (holder === undefined || holder === ownId) return;
        throw new EngineError(
            'actor-name-not-unique',
            `An Actor named \`${username}/${name}\` already exists. Choose another name.`,
            { details: { name } },
        );
    }

    #chooseDefaultName(username: string): string {
        const names = [DEFAULT_NAME];
        while (this.#ids.has(`${username}/${names.at(-1)}`)) names.push(`${DEFAULT_NAME}-${names.length}`);
        return names.at(-1)!;
    }

    #saveModified(actor: StoredActor): void {
        actor.modifiedAt = this.#now();
        this.#save(actor);
    }

    #index(actor: StoredActor): void {
        this.#actors.set(actor.id, actor);
        this.#ids.set(`${actor.username}/${actor.name}`, actor.id);
    }

    #save(actor: StoredActor): void {
        this.#index(actor);
        if (this.#unsaved) this.#unsaved.add(actor);
        else this.#dependencies.documents.save('actors', actor.id, actor);
    }

    #now(): Date {
        return new Date(this.#dependencies.clock.now());
    }
}
