import { NAV_PLACES } from './places.js';
import { api } from '../api/api.js';
import type { Actor, Page, Run, Task } from '../api/json.js';
import type { IconName } from '../parts/icon.js';

/** A place that one can jump to. */
export interface Jump {
    readonly name: string;
    readonly kind: string;
    readonly to: string;
    readonly icon: IconName;
}

const MOST = 12;
/** What ids look like. */
const ID = /^[A-Za-z\d]{15,20}$/;

/** The places that a text may mean: pages, Actors and tasks by a part of the name, a run by its id. */
export async function findJumps(text: string, signal: AbortSignal): Promise<Jump[]> {
    const query = { limit: 1000 };
    const [actors, tasks, run] = await Promise.all([
        api<Page<Actor>>('/acts', { query, signal }),
        api<Page<Task>>('/actor-tasks', { query, signal }),
        ID.test(text.trim()) ? api<Run>(`/actor-runs/${text.trim()}`, { signal }).catch(() => undefined) : undefined,
    ]);
    const all: Jump[] = [
        ...(run ? [{ name: `Run ${run.id}`, kind: run.status, to: `/runs/${run.id}`, icon: 'run' as const }] : []),
        ...NAV_PLACES.map(({ name, to, icon }) => ({ name, kind: 'Page', to, icon })),
        ...actors.items.map(({ id, name }) => ({ name, kind: 'Actor', to: `/actors/${id}`, icon: 'actor' as const })),
        ...actors.items.map(({ id, name }) => ({
            name: `Start ${name}`,
            kind: 'Start a run',
            to: `/actors/${id}/start`,
            icon: 'run' as const,
        })),
        ...tasks.items.map(({ id, name }) => ({ name, kind: 'Task', to: `/tasks/${id}`, icon: 'task' as const })),
    ];
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ name, kind, to }: Jump): boolean =>
        words.every((word) => `${name} ${kind} ${to}`.toLowerCase().includes(word));
    return all.filter(fits).slice(0, MOST);
}
