import { checkOptions } from '../../util/check.js';
import { actorIdOf, findBuild, isPublicActor, refusal, requireActor } from '../access.js';
import { notFound, readWait, shortWaitMillis } from '../arguments.js';
import { LogResource } from './log.js';
import { offsetList, PAGE_OPTION_KEYS, pageOf } from '../paging.js';
import type {
    BuildClient,
    ClientBuild,
    LogClient,
    OpenApiDefinition,
    WaitOptions,
    BuildCollectionClient,
    BuildListItem,
    ChunkOptions,
} from '../../model/client.js';
import type { Build } from '../../model/actor.js';
import type { ClientContext, ClientServices } from '../services.js';
import type { PagedList, PageOptions } from '../../model/page.js';

/** One build. */
export class BuildResource implements BuildClient {
    readonly #context: ClientContext;
    readonly #id: string;

    constructor(context: ClientContext, id: string) {
        this.#context = context;
        this.#id = id;
    }

    async get(options: { waitForFinish?: number } = {}): Promise<ClientBuild | undefined> {
        checkOptions('options', options, ['waitForFinish']);
        const waitMillis = shortWaitMillis(options.waitForFinish);
        const build = this.#find();
        if (!build || waitMillis === 0) return build && asClientBuild(build);
        return asClientBuild(await this.#builds.waitForFinish(build.id, waitMillis));
    }

    async abort(): Promise<ClientBuild> {
        return asClientBuild(await this.#builds.abort(this.#ownId()));
    }

    async delete(): Promise<void> {
        if (this.#find()) await this.#builds.remove(this.#ownId());
    }

    async waitForFinish(options: WaitOptions = {}): Promise<ClientBuild> {
        const { waitMillis, signal } = readWait(options);
        return asClientBuild(await this.#builds.waitForFinish(this.#require().id, waitMillis, signal));
    }

    log(): LogClient {
        return new LogResource(this.#context, () => this.#id);
    }

    async getOpenApiDefinition(): Promise<OpenApiDefinition> {
        const build = this.#require();
        const { buildOpenApi } = await import('../../registry/building/build-open-api.js');
        return buildOpenApi(requireActor(this.#context.services, build.actId), build);
    }

    get #builds(): ClientServices['builds'] {
        return this.#context.services.builds;
    }

    #find(): Build | undefined {
        return findBuild(this.#context.services, this.#id);
    }

    #require(): Build {
        const build = this.#find();
        if (build) return build;
        const remedy = 'It may have been deleted; `builds().list()` has those there are.';
        throw notFound(`build with the id \`${this.#id}\``, remedy);
    }

    /** The id of the build, to change it. */
    #ownId(): string {
        const { id, userId } = this.#require();
        const { viewer } = this.#context.services;
        if (viewer.owns(userId)) return id;
        throw refusal(viewer, 'Actor build');
    }
}

/** A build as the client declares it; see {@link ClientBuild}. */
export function asClientBuild(build: Build): ClientBuild {
    return build as ClientBuild;
}

/** Builds, of one Actor or of all; oldest first. */
export class BuildCollectionResource implements BuildCollectionClient {
    readonly #context: ClientContext;
    readonly #actor: string | undefined;

    /** @param actor - The id or name of the Actor whose builds they are. Default: all builds. */
    constructor(context: ClientContext, actor?: string) {
        this.#context = context;
        this.#actor = actor;
    }

    list(options: PageOptions & ChunkOptions = {}): PagedList<BuildListItem> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => pageOf(this.#load(), bounds, options.desc));
    }

    #load(): BuildListItem[] {
        const { services } = this.#context;
        const { builds, viewer } = services;
        const actorId = this.#actor === undefined ? undefined : actorIdOf(services, this.#actor);
        const all = builds.list(actorId);
        if (actorId !== undefined && isPublicActor(services, actorId)) return all;
        return all.filter(({ userId }) => viewer.owns(userId));
    }
}
