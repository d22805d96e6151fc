import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import type { ActorItem, Page } from '../api/json.js';
import type { JSX } from '../preact.js';

/** Chooses an Actor. */
export function ActorSelect({
    label,
    id,
    value,
    onChange,
}: {
    label: string;
    id?: string;
    value: string;
    onChange: (actorId: string) => void;
}): JSX.Element {
    const { value: actors } = useResource('actors to choose', (signal) =>
        api<Page<ActorItem>>('/acts', { query: { limit: 1000 }, signal }),
    );
    return (
        <select
            id={id}
            aria-label={label}
            value={value}
            onChange={({ currentTarget }) => onChange(currentTarget.value)}
        >
            <option value="">Choose an Actor…</option>
            {actors?.items.map((actor) => (
                <option key={actor.id} value={actor.id}>
                    {actor.title ?? actor.name}
                </option>
            ))}
        </select>
    );
}
