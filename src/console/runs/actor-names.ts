import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { useCallback, useMemo } from '../preact.js';
import type { ActorItem, Page } from '../api/json.js';

/** What is to be known of an Actor in order to name it. */
export type NamedActor = Pick<ActorItem, 'id' | 'name'>;

/** The Actors, to choose from; undefined until they are there. */
export function useActors(): readonly NamedActor[] | undefined {
    const { value } = useResource('actors', readActors, { reloadOn: ({ name }) => name === 'build' });
    return value?.items;
}

/** The names of the Actors by their ids. Runs tell only ids. */
export function useActorNames(): (actorId: string) => string {
    const actors = useActors();
    const names = useMemo(() => new Map(actors?.map(({ id, name }) => [id, name])), [actors]);
    return useCallback((actorId) => names.get(actorId) ?? actorId, [names]);
}

function readActors(signal: AbortSignal): Promise<Page<NamedActor>> {
    return api('/acts', { query: { limit: 1000 }, signal });
}
