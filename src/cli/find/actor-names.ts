import type { ActorListItem } from '../../model/client.js';
import type { Api } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';

/** The names of Actors by their ids, as tables show them. */
export async function actorNames(api: Api): Promise<(actorId: string) => string> {
    const names = new Map<string, string>();
    for await (const { id, name, username } of api.list<AsJson<ActorListItem>>('acts')) {
        names.set(id, username === 'local' ? name : `${username}/${name}`);
    }
    // An Actor may be gone and its runs still there.
    return (actorId) => names.get(actorId) ?? actorId;
}
