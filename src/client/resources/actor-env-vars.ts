import { checkGiven } from '../check-argument.js';
import { notFound } from '../not-found.js';
import { wholeList } from '../whole-list.js';
import type {
    ActorEnvVarClient,
    ActorEnvVarCollectionClient,
    WholeList,
    WholeListOptions,
} from '../../model/version-client.js';
import type { PagedList } from '../../model/page.js';
import type { ActorVersion, EnvVar, EnvVarFields } from '../../model/version.js';
import type { ClientHost } from '../client-host.js';

/** Whose environment variables they are. */
export interface VersionPlace {
    /** Id or name. */
    actor: string;
    versionNumber: string;
}

/** The environment variables of one version. */
export class ActorEnvVarCollectionResource implements ActorEnvVarCollectionClient {
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
export class ActorEnvVarResource implements ActorEnvVarClient {
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
