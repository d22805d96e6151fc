import { checkOptions } from '../../util/check.js';
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
import type { ClientHost } from '../client-host.js';
import type { PagedList, PageOptions } from '../../model/page.js';

/** A build that is looked up anew for each call. */
interface BuildLocator {
    find(): Build | undefined;
    /** What is looked for, as an error names it. */
    readonly sought: string;
}

/** One build. */
export class BuildResource implements BuildClient {
    readonly #host: ClientHost;
    readonly #build: BuildLocator;

    constructor(host: ClientHost, build: BuildLocator) {
        this.#host = host;
        this.#build = build;
    }

    async get(options: { waitForFinish?: number } = {}): Promise<ClientBuild | undefined> {
        checkOptions('options', options, ['waitForFinish']);
        const waitMillis = shortWaitMillis(options.waitForFinish);
        const build = this.#build.find();
        if (!build || waitMillis === 0) return build && asClientBuild(build);
        return asClientBuild(await this.#host.builds.waitForFinish(build.id, waitMillis));
    }

    async abort(): Promise<ClientBuild> {
        return asClientBuild(await this.#host.builds.abort(this.#require().id));
    }

    async delete(): Promise<void> {
        const build = this.#build.find();
        if (build) await this.#host.builds.remove(build.id);
    }

    async waitForFinish(options: WaitOptions = {}): Promise<ClientBuild> {
        const { waitMillis, signal } = readWait(options);
        return asClientBuild(await this.#host.builds.waitForFinish(this.#require().id, waitMillis, signal));
    }

    log(): LogClient {
        return new LogResource(this.#host, () => this.#build.find()?.id);
    }

    async getOpenApiDefinition(): Promise<OpenApiDefinition> {
        const build = this.#require();
        const { buildOpenApi } = await import('../../registry/building/build-open-api.js');
        return buildOpenApi(this.#host.actors.require(build.actId), build);
    }

    #require(): Build {
        const build = this.#build.find();
        if (build) return build;
        throw notFound(this.#build.sought, 'It may have been deleted; `builds().list()` has those there are.');
    }
}

/** The build with an id. */
export function buildById(host: ClientHost, id: string): BuildLocator {
    return { find: () => host.builds.find(id), sought: `build with the id \`${id}\`` };
}

/** A build as the client declares it; see {@link ClientBuild}. */
export function asClientBuild(build: Build): ClientBuild {
    return build as ClientBuild;
}

/** Builds, of one Actor or of all; oldest first. */
export class BuildCollectionResource implements BuildCollectionClient {
    readonly #load: () => BuildListItem[];

    constructor(load: () => BuildListItem[]) {
        this.#load = load;
    }

    list(options: PageOptions & ChunkOptions = {}): PagedList<BuildListItem> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => pageOf(this.#load(), bounds, options.desc));
    }
}
