import { useId, useMemo, useState } from 'preact/hooks';
import { api, isNotFound, messageOf } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { useLocation } from '../router.js';
import { Dialog } from '../ui/button.js';
import { hasWords } from '../ui/format.js';
import { Icon, type IconName } from '../ui/icon.js';
import { NAV_PLACES } from './shortcuts.js';
import type { ActorItem, Listed, Run, TaskItem } from '../api/json.js';

/** Something to jump to. */
interface Jump {
    readonly name: string;
    readonly kind: string;
    readonly to: string;
    readonly icon: IconName;
}

const MOST = 12;
const ID = /^[A-Za-z\d]{15,20}$/;
const PAGES: readonly Jump[] = NAV_PLACES.map(({ name, to, icon }) => ({ name, kind: 'Page', to, icon }));

/** Leads to an Actor, a task, a run or a page by a few letters of its name. */
export function Palette({ onClose }: { onClose: () => void }) {
    const { route } = useLocation();
    const [text, setText] = useState('');
    const [chosen, choose] = useState(0);
    const listId = useId();
    const { value: places = [], error } = useResource('palette', readPlaces);
    const { value: run } = useResource(`palette run ${text}`, (signal) => findRun(text.trim(), signal));
    // Of the text as it is: Enter must not lead to a match of what was typed before.
    const jumps = useMemo(() => (run ? [run] : matches([...PAGES, ...places], text)), [run, places, text]);
    const go = (jump: Jump | undefined): void => {
        if (jump === undefined) return;
        onClose();
        route(jump.to);
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
                onInput={({ currentTarget }) => {
                    setText(currentTarget.value);
                    choose(0);
                }}
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
                {error !== undefined && <li class="field-trouble">{messageOf(error)}</li>}
                {jumps.length === 0 && <li class="faint">No matches</li>}
            </ul>
        </Dialog>
    );
}

/** Reads the Actors, their forms, and the tasks. */
async function readPlaces(signal: AbortSignal): Promise<Jump[]> {
    const query = { limit: 1000 };
    const [actors, tasks] = await Promise.all([
        api<Listed<ActorItem>>('/acts', { query, signal }),
        api<Listed<TaskItem>>('/actor-tasks', { query, signal }),
    ]);
    const jump = (name: string, kind: string, to: string, icon: IconName): Jump => ({ name, kind, to, icon });
    return [
        ...actors.items.map(({ id, name }) => jump(name, 'Actor', `/actors/${id}`, 'actor')),
        ...actors.items.map(({ id, name }) => jump(`Start ${name}`, 'Start a run', `/actors/${id}/start`, 'run')),
        ...tasks.items.map(({ id, name }) => jump(name, 'Task', `/tasks/${id}`, 'task')),
    ];
}

/** Reads the run with this id, if there is one. */
async function findRun(id: string, signal: AbortSignal): Promise<Jump | undefined> {
    if (!ID.test(id)) return undefined;
    try {
        const { status } = await api<Run>(`/actor-runs/${id}`, { signal });
        return { name: `Run ${id}`, kind: status, to: `/runs/${id}`, icon: 'run' };
    } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
    }
}

/** Returns those that have all words of a text. */
function matches(jumps: readonly Jump[], text: string): Jump[] {
    return jumps.filter(({ name, kind, to }) => hasWords(text, name, kind, to)).slice(0, MOST);
}
