import { findActor, ownActorId } from '../access.js';
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
import type { ClientContext, ClientServices } from '../services.js';

/** The versions of one Actor. */
export class ActorVersionCollectionResource implements ActorVersionCollectionClient {
    readonly #context: ClientContext;
    readonly #actor: string;

    constructor(context: ClientContext, actor: string) {
        this.#context = context;
        this.#actor = actor;
    }

    list(options?: WholeListOptions): PagedList<ActorVersion, WholeList<ActorVersion>> {
        return wholeList(options, () => {
            const { services } = this.#context;
            return services.versions.list(ownActorId(services, this.#actor));
        });
    }

    async create(version: VersionFields): Promise<ActorVersion> {
        checkGiven('version', version);
        const { services } = this.#context;
        return services.versions.create(ownActorId(services, this.#actor), version);
    }
}

/** One version of an Actor. */
export class ActorVersionResource implements ActorVersionClient {
    readonly #ref: VersionRef;

    constructor(context: ClientContext, actor: string, versionNumber: string) {
        this.#ref = new VersionRef(context, actor, versionNumber);
    }

    async get(): Promise<ActorVersion | undefined> {
        return this.#ref.find();
    }

    async update(fields: VersionFields): Promise<ActorVersion> {
        checkGiven('fields', fields);
        return this.#ref.versions.update(this.#ref.actorId, this.#ref.number, fields);
    }

    async delete(): Promise<void> {
        if (this.#ref.find()) this.#ref.versions.remove(this.#ref.actorId, this.#ref.number);
    }

    envVar(name: string): ActorEnvVarClient {
        checkId('name', name);
        return new ActorEnvVarResource(this.#ref, name);
    }

    envVars(): ActorEnvVarCollectionClient {
        return new ActorEnvVarCollectionResource(this.#ref);
    }
}

/** The environment variables of one version. */
class ActorEnvVarCollectionResource implements ActorEnvVarCollectionClient {
    readonly #version: VersionRef;

    constructor(version: VersionRef) {
        this.#version = version;
    }

    list(options?: WholeListOptions): PagedList<EnvVar, WholeList<EnvVar>> {
        return wholeList(options, () => this.#version.require().envVars);
    }

    async create(envVar: EnvVarFields): Promise<EnvVar> {
        checkGiven('envVar', envVar);
        return this.#version.versions.createEnvVar(this.#version.actorId, this.#version.number, envVar);
    }
}

/** One environment variable. */
class ActorEnvVarResource implements ActorEnvVarClient {
    readonly #version: VersionRef;
    readonly #name: string;

    constructor(version: VersionRef, name: string) {
        this.#version = version;
        this.#name = name;
    }

    async get(): Promise<EnvVar | undefined> {
        return this.#version.find()?.envVars.find(({ name }) => name === this.#name);
    }

    async update(fields: EnvVarFields): Promise<EnvVar> {
        checkGiven('fields', fields);
        const { versions, actorId, number } = this.#version;
        return versions.updateEnvVar(actorId, number, this.#name, fields);
    }

    async delete(): Promise<void> {
        if (!this.#version.find()) return;
        this.#version.versions.removeEnvVar(this.#version.actorId, this.#version.number, this.#name);
    }
}

/** A version that each call looks up again. */
class VersionRef {
    readonly number: string;
    readonly #context: ClientContext;
    readonly #actor: string;

    constructor(context: ClientContext, actor: string, versionNumber: string) {
        this.#context = context;
        this.#actor = actor;
        this.number = versionNumber;
    }

    get versions(): ClientServices['versions'] {
        return this.#context.services.versions;
    }

    get actorId(): string {
        return ownActorId(this.#context.services, this.#actor);
    }

    find(): ActorVersion | undefined {
        if (!findActor(this.#context.services, this.#actor)) return undefined;
        return this.versions.find(this.actorId, this.number);
    }

    require(): ActorVersion {
        const version = this.find();
        if (version) return version;
        const sought = `version ${this.number} of an Actor \`${this.#actor}\``;
        throw notFound(sought, '`versions().list()` has those there are.');
    }
}
