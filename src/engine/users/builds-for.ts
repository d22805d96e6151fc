import type { BuildDirectory, VersionDirectory } from '../../client/build-directory.js';
import type { Build } from '../../model/actor.js';
import type { ActorRegistry } from '../../registry/actors.js';
import type { Viewer } from './viewer.js';

/** The builds of an engine as somebody sees them: those of their own Actors, and to read those of public ones. */
export function buildsFor(viewer: Viewer, builds: BuildDirectory, actors: ActorRegistry): BuildDirectory {
    const isPublic = (actorId: string): boolean => actors.find(actorId)?.isPublic === true;
    const assertReadable = ({ userId, actId }: Build): void => {
        // The id of a build is enough for whoever comes without a token, as on the platform.
        const isReadable = viewer.user === undefined || viewer.owns(userId) || isPublic(actId);
        if (!isReadable) throw viewer.refusal('Actor build');
    };
    const own = (id: string): string => {
        const build = builds.find(id);
        if (build === undefined || viewer.owns(build.userId)) return id;
        throw viewer.refusal('Actor build');
    };
    return {
        find(id) {
            const build = builds.find(id);
            if (build) assertReadable(build);
            return build;
        },
        list: (actorId) =>
            actorId !== undefined && isPublic(actorId)
                ? builds.list(actorId)
                : builds.list(actorId).filter(({ userId }) => viewer.owns(userId)),
        defaultId: (actorId) => builds.defaultId(actorId),
        start(actorId, versionNumber, request, origin) {
            if (!viewer.owns(actors.require(actorId).userId)) throw viewer.refusal('Actor');
            return builds.start(actorId, versionNumber, request, origin);
        },
        abort: (id) => builds.abort(own(id)),
        async waitForFinish(id, waitMillis, signal) {
            const build = builds.find(id);
            if (build) assertReadable(build);
            return builds.waitForFinish(id, waitMillis, signal);
        },
        remove: (id) => builds.remove(own(id)),
    };
}

/** The versions of somebody's own Actors: there is source code in them. */
export function versionsFor(viewer: Viewer, versions: VersionDirectory, actors: ActorRegistry): VersionDirectory {
    const own = (actorId: string): string => {
        if (viewer.owns(actors.require(actorId).userId)) return actorId;
        throw viewer.refusal('Actor');
    };
    return {
        list: (actorId) => versions.list(own(actorId)),
        find: (actorId, number) => versions.find(own(actorId), number),
        create: (actorId, fields) => versions.create(own(actorId), fields),
        update: (actorId, number, fields) => versions.update(own(actorId), number, fields),
        remove: (actorId, number) => versions.remove(own(actorId), number),
        createEnvVar: (actorId, number, fields) => versions.createEnvVar(own(actorId), number, fields),
        updateEnvVar: (actorId, number, name, fields) => versions.updateEnvVar(own(actorId), number, name, fields),
        removeEnvVar: (actorId, number, name) => versions.removeEnvVar(own(actorId), number, name),
    };
}
