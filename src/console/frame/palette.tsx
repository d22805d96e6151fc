import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import { api, isNotFound } from '../api/api.js';
import type { ActorItem, Listed, Run, TaskItem } from '../api/json.js';
import { NAV_PLACES } from './shortcuts.js';
import { navigate } from '../router/router.js';
import { showTrouble } from '../state/toasts.js';
import { Dialog } from '../ui/dialog.js';
import { Icon, type IconName } from '../ui/icon.js';

/** Leads to an Actor, a task, a run or a page by a few letters of its name. */
export function Palette({ onClose }: { onClose: () => void }) {
    const [text, setText] = useState('');
    const [places, setPlaces] = useState<readonly Jump[]>([]);
    const [run, setRun] = useState<Jump>();
    const [chosen, choose] = useState(0);
    const listId = useId();
    useEffect(() => {
        const leave = new AbortController();
        readJumps(leave.signal).then(setPlaces, showUnlessLeft(leave.signal));
        return () => leave.abort();
    }, []);
    useEffect(() => {
        choose(0);
        setRun(undefined);
        const leave = new AbortController();
        findRun(text, leave.signal).then(setRun, showUnlessLeft(leave.signal));
        return () => leave.abort();
    }, [text]);
    // Of the text as it is: who types fast and presses Enter is not to be led to what was meant by less of it.
    const jumps = useMemo(() => (run ? [run] : fittingJumps([...PAGE_JUMPS, ...places], text)), [run, places, text]);
    const go = (jump: Jump | undefined): void => {
        if (jump === undefined) return;
        onClose();
        navigate(jump.to);
    };
    const press = (event: KeyboardEvent): void => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === 'Enter') go(jumps[chosen]);
        else if (step !== undefined) choose((chosen + step + jumps.length) % Math.max(1, jumps.length));
        else return;
        event.preventDefault();
    };
    return (
        <Dialog title="Jump to" onClose={onClose}>
            <input
                class="palette-field"
                role="combobox"
                aria-expanded="true"
                aria-controls={listId}
                aria-activedescendant={jumps[chosen] && `${listId}-${chosen}`}
                aria-label="Name or id"
                placeholder="Name of an Actor or task, id of a run, page"
                autocomplete="off"
                value={text}
                onInput={({ currentTarget }) => setText(currentTarget.value)}
                onKeyDown={press}
            />
            <ul class="palette-list" id={listId} role="listbox" aria-label="Places">
                {jumps.map((jump, index) => (
                    <li
                        key={jump.to}
                        id={`${listId}-${index}`}
                        role="option"
                        aria-selected={index === chosen}
                        onMouseEnter={() => choose(index)}
                        onClick={() => go(jump)}
                    >
                        <Icon name={jump.icon} />
                        <span class="grow">{jump.name}</span>
                        <span class="faint">{jump.kind}</span>
                    </li>
                ))}
                {jumps.length === 0 && <li class="faint">Nothing is called that.</li>}
            </ul>
        </Dialog>
    );
}

function showUnlessLeft(signal: AbortSignal): (error: unknown) => void {
    return (error) => {
        if (!signal.aborted) showTrouble(error);
    };
}

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
        api<Listed<ActorItem>>('/acts', { query, signal }),
        api<Listed<TaskItem>>('/actor-tasks', { query, signal }),
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
