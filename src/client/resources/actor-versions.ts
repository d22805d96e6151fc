import { checkId, checkGiven } from '../check-argument.js';
import { notFound } from '../not-found.js';
import { wholeList } from '../whole-list.js';
import { ActorEnvVarCollectionResource, ActorEnvVarResource } from './actor-env-vars.js';
import type {
    ActorEnvVarClient,
    ActorEnvVarCollectionClient,
    ActorVersionClient,
    ActorVersionCollectionClient,
    WholeList,
    WholeListOptions,
} from '../../model/version-client.js';
import type { PagedList } from '../../model/page.js';
import type { ActorVersion, VersionFields } from '../../model/version.js';
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
