import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import type { Actor, Page } from '../api/json.js';

/** The names of the Actors by their ids. Runs tell only ids. */
export function useActorNames(): (actorId: string) => string {
    const { value } = useResource('actor names', async (signal) => {
        const { items } = await api<Page<Actor>>('/acts', { query: { limit: 1000 }, signal });
        return new Map(items.map(({ id, name }) => [id, name]));
    });
    return (actorId) => value?.get(actorId) ?? actorId;
}
