import { notThere } from './not-there.js';
import { referencePath } from './path-of.js';
import type { Actor } from '../../model/actor.js';
import type { ActorListItem } from '../../model/client.js';
import type { Api } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';

/** An Actor as the API sends it. */
export type ActorRecord = AsJson<Actor>;

/**
 * The Actor of that id or name.
 *
 * @throws EngineError `record-not-found`, which tells some that there are.
 */
export async function findActor(api: Api, reference: string): Promise<ActorRecord> {
    const actor = await api.find<ActorRecord>(referencePath('acts', reference));
    if (actor !== undefined) return actor;
    const { items } = await api.page<AsJson<ActorListItem>>('acts');
    throw notThere('Actor', reference, items, 'actors ls');
}
