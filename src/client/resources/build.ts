import { checkOptions } from '../../util/check.js';
import { readableActorId, findBuild, isPublicActor, accessError, requireActor, toReadableBuild } from '../access.js';
import { notFoundError, parseWaitOptions, toShortWaitMillis } from '../arguments.js';
import { createLogClient } from './log.js';
import { recordList } from '../paging.js';
import type { BuildClient, BuildCollectionClient, BuildListItem, ClientBuild } from '../../model/client/client.js';
import type { Build } from '../../model/api/actor.js';
import type { ClientContext } from '../services.js';

/** Creates the client of one build. */
export function createBuildClient(context: ClientContext, id: string): BuildClient {
    const builds = () => context.services.builds;
    const find = (): Build | undefined => findBuild(context.services, id);
    const present = (build: Build): ClientBuild => asClientBuild(toReadableBuild(context.services, build));
    const require = (): Build => {
        const build = find();
        if (build) return build;
        const remedy = 'It may have been deleted. List the existing ones with `builds().list()`.';
        throw notFoundError(`build with the id \`${id}\``, remedy);
    };
    /** Returns the build to change. Throws if the principal does not own it. */
    const requireWritable = (): Build => {
        const build = require();
        const { principal } = context.services;
        if (principal.owns(build.userId)) return build;
        throw accessError(principal, 'Actor build');
    };
    return {
        get: async (options = {}) => {
            checkOptions('options', options, ['waitForFinish']);
            const waitMillis = toShortWaitMillis(options.waitForFinish);
            const build = find();
            if (!build || waitMillis === 0) return build && asClientBuild(build);
            return present(await builds().waitForFinish(build.id, waitMillis));
        },
        abort: async () => asClientBuild(await builds().abort(requireWritable().id)),
        delete: async () => {
            if (find()) await builds().remove(requireWritable().id);
        },
        waitForFinish: async (options = {}) => {
            const { waitMillis, signal } = parseWaitOptions(options);
            return present(await builds().waitForFinish(require().id, waitMillis, signal));
        },
        log: () => createLogClient(context, () => id),
        getOpenApiDefinition: async () => {
            const build = require();
            const { buildOpenApi } = await import('../../actors/builds/build-open-api.js');
            return buildOpenApi(requireActor(context.services, build.actId), build);
        },
    };
}

/** Casts a build to the type that the client declares; see {@link ClientBuild}. */
export function asClientBuild(build: Build): ClientBuild {
    return build as ClientBuild;
}

/**
 * Creates the client of builds, oldest first.
 *
 * @param actor - Id or name of the Actor. Default: builds of all Actors.
 */
export function createBuildCollectionClient(context: ClientContext, actor?: string): BuildCollectionClient {
    const load = (): BuildListItem[] => {
        const { services } = context;
        const actorId = actor === undefined ? undefined : readableActorId(services, actor);
        const all = services.builds.list(actorId);
        if (actorId !== undefined && isPublicActor(services, actorId)) return all;
        return all.filter(({ userId }) => services.principal.owns(userId));
    };
    return { list: (options) => recordList(options, load, (item) => item) };
}
