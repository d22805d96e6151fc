import type { ActorDirectory } from '../../client/client-host.js';
import type { Actor } from '../../model/actor.js';
import type { ActorRegistry } from '../../registry/actors.js';
import type { Viewer } from './viewer.js';

/** The Actors of an engine as somebody sees them: their own, and to be read and run those that are public. */
export function actorsFor(viewer: Viewer, actors: ActorRegistry): ActorDirectory {
    const { user } = viewer;
    const assertVisible = ({ userId, isPublic }: Pick<Actor, 'userId' | 'isPublic'>): void => {
        // Who has no token is let in only where the id of a build, which nobody can guess, has led to its Actor.
        if (user !== undefined && !isPublic && !viewer.owns(userId)) throw viewer.refusal('Actor');
    };
    const visible = (actor: Actor): Actor => {
        assertVisible(actor);
        // Of what others have published, the source is still theirs.
        return viewer.owns(actor.userId) ? actor : { ...actor, versions: [] };
    };
    const own = (id: string): string => {
        if (viewer.owns(actors.glance(id, user).userId)) return id;
        throw viewer.refusal('Actor');
    };
    const find = (idOrName: string): Actor | undefined => {
        const actor = actors.find(idOrName, user);
        return actor && visible(actor);
    };
    const idOf = (idOrName: string): string => {
        const actor = actors.glance(idOrName, user);
        assertVisible(actor);
        return actor.id;
    };
    return {
        find,
        require: (idOrName) => visible(actors.require(idOrName, user)),
        idOf,
        list: () => actors.list().filter(({ userId }) => viewer.owns(userId)),
        listPublic: () => actors.list().filter(({ isPublic }) => isPublic),
        create(fields) {
            if (user === undefined) throw viewer.refusal('Actor');
            return actors.create(fields, user);
        },
        update: (id, fields) => actors.update(own(id), fields),
        remove: (id) => actors.remove(own(id)),
        validateInput: (idOrName, input, build) => actors.validateInput(idOf(idOrName), input, build),
        inputProperties: (id) => actors.inputProperties(id),
    };
}
