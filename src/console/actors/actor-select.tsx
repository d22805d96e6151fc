import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { IdSelect } from '../parts/id-select.js';
import type { ActorItem, Page } from '../api/json.js';
import type { JSX } from '../preact.js';

/** Chooses an Actor. */
export function ActorSelect(props: { label: string; value: string; onChange: (actorId: string) => void }): JSX.Element {
    const { value: actors } = useResource('actors to choose', (signal) =>
        api<Page<ActorItem>>('/acts', { query: { limit: 1000 }, signal }),
    );
    return <IdSelect {...props} prompt="Choose an Actor…" choices={actors?.items} />;
}
