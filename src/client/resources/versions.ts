import { checkId, checkGiven, notFound } from '../arguments.js';
import { wholeList } from '../paging.js';
import type {
    ActorEnvVarClient,
    ActorEnvVarCollectionClient,
    ActorVersionClient,
    ActorVersionCollectionClient,
    WholeList,
    WholeListOptions,
    ActorVersion,
    VersionFields,
    EnvVar,
    EnvVarFields,
} from '../../model/version.js';
import type { PagedList } from '../../model/page.js';
import type { ClientHost } from '../client-host.js';

/** The versions of one Actor. */
export class ActorVersionCollectionResource implements ActorVersionCollectionClient {
    readonly #host: ClientHost;
    readonly #actor: string;

    constructor(host: ClientHost, actor: string) {
        this.#host = host;
        this.#actor = actor;
    }

    list(options?: WholeListOptions): PagedList<ActorVersion, WholeList<ActorVersion>> {
        const { actors, versions } = this.#host;
        return wholeList(options, () => versions.list(actors.idOf(this.#actor)));
    }

    async create(version: VersionFields): Promise<ActorVersion> {
        checkGiven('version', version);
        const { actors, versions } = this.#host;
        return versions.create(actors.idOf(this.#actor), version);
    }
}

/** One version of an Actor. */
export class ActorVersionResource implements ActorVersionClient {
    readonly #host: ClientHost;
    readonly #actor: string;
    readonly #number: string;

    constructor(host: ClientHost, actor: string, versionNumber: string) {
        this.#host = host;
        this.#actor = actor;
        this.#number = versionNumber;
    }

    async get(): Promise<ActorVersion | undefined> {
        const { actors, versions } = this.#host;
        const actor = actors.find(this.#actor);
        return actor && versions.find(actor.id, this.#number);
    }

    async update(fields: VersionFields): Promise<ActorVersion> {
        checkGiven('fields', fields);
        return this.#host.versions.update(this.#requireActor(), this.#number, fields);
    }

    async delete(): Promise<void> {
        const { actors, versions } = this.#host;
        const actor = actors.find(this.#actor);
        if (actor) versions.remove(actor.id, this.#number);
    }

    envVar(name: string): ActorEnvVarClient {
        checkId('name', name);
        return new ActorEnvVarResource(this.#host, { actor: this.#actor, versionNumber: this.#number }, name);
    }

    envVars(): ActorEnvVarCollectionClient {
        return new ActorEnvVarCollectionResource(this.#host, { actor: this.#actor, versionNumber: this.#number });
    }

    #requireActor(): string {
        const actor = this.#host.actors.require(this.#actor);
        if (this.#host.versions.find(actor.id, this.#number)) return actor.id;
        const numbers = actor.versions.map(({ versionNumber }) => versionNumber).join(', ') || 'none';
        throw notFound(
            `version ${this.#number} of Actor \`${this.#actor}\``,
            `It has: ${numbers}. \`versions().create()\` makes one.`,
        );
    }
}

/** Whose environment variables they are. */
interface VersionPlace {
    /** Id or name. */
    actor: string;
    versionNumber: string;
}

/** The environment variables of one version. */
class ActorEnvVarCollectionResource implements ActorEnvVarCollectionClient {
    readonly #host: ClientHost;
    readonly #place: VersionPlace;

    constructor(host: ClientHost, place: VersionPlace) {
        this.#host = host;
        this.#place = place;
    }

    list(options?: WholeListOptions): PagedList<EnvVar, WholeList<EnvVar>> {
        return wholeList(options, () => requireVersion(this.#host, this.#place).version.envVars);
    }

    async create(envVar: EnvVarFields): Promise<EnvVar> {
        checkGiven('envVar', envVar);
        const { actorId, version } = requireVersion(this.#host, this.#place);
        return this.#host.versions.createEnvVar(actorId, version.versionNumber, envVar);
    }
}

/** One environment variable. */
class ActorEnvVarResource implements ActorEnvVarClient {
    readonly #host: ClientHost;
    readonly #place: VersionPlace;
    readonly #name: string;

    constructor(host: ClientHost, place: VersionPlace, name: string) {
        this.#host = host;
        this.#place = place;
        this.#name = name;
    }

    async get(): Promise<EnvVar | undefined> {
        return findVersion(this.#host, this.#place)?.version.envVars.find(({ name }) => name === this.#name);
    }

    async update(fields: EnvVarFields): Promise<EnvVar> {
        checkGiven('fields', fields);
        const { actorId, version } = requireVersion(this.#host, this.#place);
        return this.#host.versions.updateEnvVar(actorId, version.versionNumber, this.#name, fields);
    }

    async delete(): Promise<void> {
        const found = findVersion(this.#host, this.#place);
        if (found) this.#host.versions.removeEnvVar(found.actorId, found.version.versionNumber, this.#name);
    }
}

interface FoundVersion {
    actorId: string;
    version: ActorVersion;
}

function findVersion({ actors, versions }: ClientHost, place: VersionPlace): FoundVersion | undefined {
    const actor = actors.find(place.actor);
    const version = actor && versions.find(actor.id, place.versionNumber);
    return version && { actorId: actor.id, version };
}

function requireVersion(host: ClientHost, place: VersionPlace): FoundVersion {
    const found = findVersion(host, place);
    if (found) return found;
    throw notFound(
        `version ${place.versionNumber} of an Actor \`${place.actor}\``,
        '`versions().list()` has those there are.',
    );
}
