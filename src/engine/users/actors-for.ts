import type { ActorDirectory } from '../../client/client-host.js';
import type { Actor } from '../../model/actor.js';
import type { ActorRegistry } from '../../registry/actors.js';
import type { Viewer } from './viewer.js';

/** The Actors of an engine as somebody sees them: their own, and to be read and run those that are public. */
export function actorsFor(viewer: Viewer, actors: ActorRegistry): ActorDirectory {
    const { user } = viewer;
    const isVisible = ({ userId, isPublic }: Actor): boolean =>
        // Who has no token is let in only where the id of a build, which nobody can guess, has led to its Actor.
        user === undefined || isPublic || viewer.owns(userId);
    const visible = (actor: Actor): Actor => {
        if (!isVisible(actor)) throw viewer.refusal('Actor');
        // Of what others have published, the source is still theirs.
        return viewer.owns(actor.userId) ? actor : { ...actor, versions: [] };
    };
    const own = (id: string): string => {
        if (viewer.owns(actors.require(id, user).userId)) return id;
        throw viewer.refusal('Actor');
    };
    const find = (idOrName: string): Actor | undefined => {
        const actor = actors.find(idOrName, user);
        return actor && visible(actor);
    };
    const require = (idOrName: string): Actor => visible(actors.require(idOrName, user));
    return {
        find,
        require,
        list: () => actors.list().filter(({ userId }) => viewer.owns(userId)),
        listPublic: () => actors.list().filter(({ isPublic }) => isPublic),
        create(fields) {
            if (user === undefined) throw viewer.refusal('Actor');
            return actors.create(fields, user);
        },
        update: (id, fields) => actors.update(own(id), fields),
        remove: (id) => actors.remove(own(id)),
        validateInput: (idOrName, input, build) => actors.validateInput(require(idOrName).id, input, build),
        inputProperties: (id) => actors.inputProperties(id),
    };
}
