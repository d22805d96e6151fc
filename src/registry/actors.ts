import { EngineError } from '../errors/engine-error.js';
import { newId, newSecret } from '../util/ids.js';
import { didYouMean } from '../util/near-miss.js';
import { withoutUndefined } from '../util/without-undefined.js';
import { readPricings } from './read-pricing.js';
import { buildNumberInt, type BuildDocument, type BuildRegistry } from './builds.js';
import type { Actor, Build, DefaultRunOptions } from '../model/actor.js';
import type { ActorUpdate } from '../model/client.js';
import type { Isolation } from '../model/isolation.js';
import type { ActorRunPricingInfo } from '../model/pricing.js';
import type { Clock } from '../util/clock.js';
import type { ActorBlueprint } from './actor-source.js';
import type { DocumentStore } from './document-store.js';
import type { InputDesk } from './input-desk.js';
import type { InputBytes } from './prepare-input.js';

/** What the owner says of an Actor that its source does not. */
export interface RegistrationOptions {
    isPublic?: boolean;
    isolation?: Isolation;
    defaultRunOptions?: Partial<DefaultRunOptions>;
    pricingInfos?: ActorRunPricingInfo[];
}

/** What the registry stands on. */
export interface ActorRegistryParts {
    documents: DocumentStore;
    builds: BuildRegistry;
    clock: Clock;
    owner: { id: string; username: string };
    inputs: InputDesk;
}

/** Runs without a word on memory get this much, as on the platform. */
const DEFAULT_MEMORY_MBYTES = 1024;
const DEFAULT_TAG = 'latest';

/** The registered Actors. What it hands out are copies. */
export class ActorRegistry {
    readonly #parts: ActorRegistryParts;
    readonly #actors = new Map<string, Actor>();
    /** `username/name` to id. */
    readonly #ids = new Map<string, string>();

    constructor(parts: ActorRegistryParts) {
        this.#parts = parts;
        for (const actor of parts.documents.loadAll('actors') as Actor[]) this.#keep(actor);
    }

    /** Registers an Actor with its first build, or adds a build to the Actor that has this name already. */
    add(blueprint: ActorBlueprint, options: RegistrationOptions): { actor: Actor; build: Build } {
        const username = blueprint.username ?? this.#parts.owner.username;
        const existing = this.#actors.get(this.#ids.get(`${username}/${blueprint.name}`) ?? '');
        const actor = existing ?? this.#create(blueprint, username);
        actor.isPublic = options.isPublic ?? actor.isPublic;
        actor.isolation = options.isolation ?? actor.isolation;
        actor.pricingInfos = options.pricingInfos ?? actor.pricingInfos;
        Object.assign(actor.defaultRunOptions, withoutUndefined(options.defaultRunOptions ?? {}));
        const build = this.#build(actor, blueprint);
        this.#parts.builds.add({ build, blueprint });
        this.#tag(actor, build, blueprint.buildTag);
        this.#save(actor);
        return { actor: copyActor(actor), build: structuredClone(build) };
    }

    find(idOrName: string): Actor | undefined {
        const actor = this.#lookUp(idOrName);
        return actor && copyActor(actor);
    }

    require(idOrName: string): Actor {
        return copyActor(this.#require(idOrName));
    }

    #require(idOrName: string): Actor {
        const actor = this.#lookUp(idOrName);
        if (actor) return actor;
        const names = [...this.#ids.keys()];
        const known = names.length === 0 ? 'No Actor is registered yet' : `Registered: ${names.join(', ')}`;
        const shortNames = names.map((name) => name.slice(name.indexOf('/') + 1));
        throw new EngineError(
            'actor-not-found',
            `No Actor has the id or name \`${idOrName}\`.${didYouMean(idOrName, [...names, ...shortNames])} ` +
                `${known}. Register one with \`engine.addActor()\`.`,
            { details: { actor: idOrName } },
        );
    }

    list(): Actor[] {
        return [...this.#actors.values()].map(copyActor);
    }

    update(id: string, fields: ActorUpdate): Actor {
        const actor = this.#require(id);
        const given = fields.pricingInfos;
        const pricingInfos = given === undefined ? given : readPricings('fields.pricingInfos', given, this.#now());
        const name = fields.name ?? actor.name;
        const owner = this.#ids.get(`${actor.username}/${name}`);
        if (owner !== undefined && owner !== id) {
            throw new EngineError('name-not-unique', `Another Actor is named \`${actor.username}/${name}\` already.`);
        }
        this.#ids.delete(`${actor.username}/${actor.name}`);
        const { defaultRunOptions, pricingInfos: _, ...plain } = withoutUndefined(fields);
        Object.assign(actor, plain, withoutUndefined({ pricingInfos }), { modifiedAt: this.#now() });
        Object.assign(actor.defaultRunOptions, withoutUndefined(defaultRunOptions ?? {}));
        this.#save(actor);
        return copyActor(actor);
    }

    async remove(id: string): Promise<void> {
        const actor = this.#require(id);
        this.#actors.delete(id);
        this.#ids.delete(`${actor.username}/${actor.name}`);
        this.#parts.builds.removeOf(id);
        this.#parts.documents.remove('actors', id);
    }

    inputProperties(id: string): readonly string[] | undefined {
        const actor = this.#require(id);
        const tagged = actor.taggedBuilds[actor.defaultRunOptions.build];
        const schema = tagged && this.#parts.builds.get(tagged.buildId)?.build.actorDefinition?.input;
        return schema && Object.keys((schema['properties'] as object | undefined) ?? {});
    }

    /**
     * Looks at an input as a start would.
     *
     * @param build - Default: the one with the tag `latest`, as on the platform.
     * @throws EngineError `invalid-input`, `actor-not-found` or `unknown-build-tag`.
     */
    async validateInput(idOrName: string, input: InputBytes | undefined, build: string = DEFAULT_TAG): Promise<void> {
        const document = this.#parts.builds.resolve(this.#require(idOrName), build);
        await this.#parts.inputs.validate(document.build, input);
    }

    /** The build that a run of this Actor would run. */
    resolveBuild(actor: Actor, tagOrNumber: string | undefined): BuildDocument {
        return this.#parts.builds.resolve(actor, tagOrNumber ?? actor.defaultRunOptions.build);
    }

    /** Counts a start. */
    countRun(id: string): void {
        const actor = this.#actors.get(id);
        if (!actor) return;
        actor.stats.totalRuns += 1;
        actor.stats.lastRunStartedAt = this.#now();
    }

    /** Writes down the counts of starts, which are not worth a write each. */
    saveCounts(): void {
        for (const actor of this.#actors.values()) this.#parts.documents.save('actors', actor.id, actor);
    }

    #create(blueprint: ActorBlueprint, username: string): Actor {
        const now = this.#now();
        return {
            id: newId(),
            userId: this.#parts.owner.id,
            name: blueprint.name,
            username,
            title: blueprint.title,
            description: blueprint.description,
            isPublic: false,
            createdAt: now,
            modifiedAt: now,
            stats: {
                totalBuilds: 0,
                totalRuns: 0,
                totalUsers: 1,
                totalUsers7Days: 1,
                totalUsers30Days: 1,
                totalUsers90Days: 1,
                totalMetamorphs: 0,
            },
            versions: [],
            defaultRunOptions: {
                build: blueprint.buildTag,
                timeoutSecs: 0,
                memoryMbytes: blueprint.memory.default ?? DEFAULT_MEMORY_MBYTES,
            },
            taggedBuilds: {},
            deploymentKey: newSecret(),
            actorPermissionLevel: 'FULL_PERMISSIONS',
        };
    }

    #build(actor: Actor, blueprint: ActorBlueprint): Build {
        const now = this.#now();
        const buildNumber = this.#parts.builds.nextNumber(actor.id, blueprint.versionNumber);
        return {
            id: newId(),
            actId: actor.id,
            userId: actor.userId,
            buildNumber,
            buildNumberInt: buildNumberInt(buildNumber),
            status: 'SUCCEEDED',
            startedAt: now,
            finishedAt: now,
            meta: { origin: 'DEVELOPMENT', userAgent: 'greenroom' },
            actorDefinition: blueprint.definition,
            usageTotalUsd: 0,
        };
    }

    #tag(actor: Actor, build: Build, buildTag: string): void {
        actor.stats.totalBuilds += 1;
        actor.modifiedAt = this.#now();
        // An Actor that is only ever built as `beta` can still be run by those who ask for nothing special.
        const tags = DEFAULT_TAG in actor.taggedBuilds ? [buildTag] : [buildTag, DEFAULT_TAG];
        for (const tag of tags) {
            actor.taggedBuilds[tag] = {
                buildId: build.id,
                buildNumber: build.buildNumber,
                buildNumberInt: build.buildNumberInt,
                finishedAt: build.finishedAt,
            };
        }
        const versionNumber = build.buildNumber.split('.').slice(0, 2).join('.');
        if (actor.versions.some((version) => version.versionNumber === versionNumber)) return;
        actor.versions.push({ versionNumber, buildTag, sourceType: 'SOURCE_FILES', sourceFiles: [], envVars: [] });
    }

    #keep(actor: Actor): void {
        this.#actors.set(actor.id, actor);
        this.#ids.set(`${actor.username}/${actor.name}`, actor.id);
    }

    #save(actor: Actor): void {
        this.#keep(actor);
        this.#parts.documents.save('actors', actor.id, actor);
    }

    #lookUp(idOrName: string): Actor | undefined {
        if (this.#actors.has(idOrName)) return this.#actors.get(idOrName);
        const name = idOrName.replace('~', '/').replace(/^\//, '');
        const fullName = name.includes('/') ? name : `${this.#parts.owner.username}/${name}`;
        return this.#actors.get(this.#ids.get(fullName) ?? '');
    }

    #now(): Date {
        return new Date(this.#parts.clock.now());
    }
}

/** A copy that its receiver may do with as it likes; by hand, since one is made at each start of a run. */
function copyActor(actor: Actor): Actor {
    const taggedBuilds = Object.entries(actor.taggedBuilds).map(([tag, build]) => [tag, { ...build }] as const);
    return {
        ...actor,
        stats: { ...actor.stats },
        versions: actor.versions.map((version) => ({
            ...version,
            sourceFiles: version.sourceFiles.map((file) => ({ ...file })),
            envVars: version.envVars.map((variable) => ({ ...variable })),
        })),
        defaultRunOptions: { ...actor.defaultRunOptions },
        taggedBuilds: Object.fromEntries(taggedBuilds),
        ...(actor.pricingInfos && { pricingInfos: structuredClone(actor.pricingInfos) }),
    };
}
