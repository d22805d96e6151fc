import { NAV_PLACES } from './places.js';
import { api } from '../api/api.js';
import { isNotFound } from '../api/api-error.js';
import type { ActorItem, Page, Run, TaskItem } from '../api/json.js';
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

/** The pages: what there is at once. */
export const PAGE_JUMPS: readonly Jump[] = NAV_PLACES.map(({ name, to, icon }) => ({ name, kind: 'Page', to, icon }));

/** The Actors, their forms, and the tasks. */
export async function readJumps(signal: AbortSignal): Promise<Jump[]> {
    const query = { limit: 1000 };
    const [actors, tasks] = await Promise.all([
        api<Page<ActorItem>>('/acts', { query, signal }),
        api<Page<TaskItem>>('/actor-tasks', { query, signal }),
    ]);
    const actor = ({ id, name }: ActorItem): Jump => ({ name, kind: 'Actor', to: `/actors/${id}`, icon: 'actor' });
    const start = ({ id, name }: ActorItem): Jump => ({
        name: `Start ${name}`,
        kind: 'Start a run',
        to: `/actors/${id}/start`,
        icon: 'run',
    });
    const task = ({ id, name }: TaskItem): Jump => ({ name, kind: 'Task', to: `/tasks/${id}`, icon: 'task' });
    return [...actors.items.map(actor), ...actors.items.map(start), ...tasks.items.map(task)];
}

/** The run with this id, if it is one and there is such a run. */
export async function findRun(text: string, signal: AbortSignal): Promise<Jump | undefined> {
    const id = text.trim();
    if (!ID.test(id)) return undefined;
    try {
        const { status } = await api<Run>(`/actor-runs/${id}`, { signal });
        return { name: `Run ${id}`, kind: status, to: `/runs/${id}`, icon: 'run' };
    } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
    }
}

/** Those that a text may mean: it has all of its words. */
export function fittingJumps(jumps: readonly Jump[], text: string): Jump[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ name, kind, to }: Jump): boolean =>
        words.every((word) => `${name} ${kind} ${to}`.toLowerCase().includes(word));
    return jumps.filter(fits).slice(0, MOST);
}
