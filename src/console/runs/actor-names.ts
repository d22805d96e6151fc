import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import type { ActorItem, Page } from '../api/json.js';

/** The names of the Actors by their ids. Runs tell only ids. */
export function useActorNames(): (actorId: string) => string {
    const { value } = useResource('actor names', readNames, { reloadOn: ({ name }) => name === 'build' });
    return (actorId) => value?.get(actorId) ?? actorId;
}

async function readNames(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { items } = await api<Page<ActorItem>>('/acts', { query: { limit: 1000 }, signal });
    return new Map(items.map(({ id, name }) => [id, name]));
}
