import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { api, ifFound, messageOf } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { useLocation } from '../router.js';
import { Dialog } from '../components/button.js';
import { hasWords, humanize } from '../components/format.js';
import { Icon, type IconName } from '../components/icon.js';
import type { ActorItem, Listed, Run, TaskItem } from '../api/json.js';

/** The pages in the navigation. `g` followed by the key opens one. */
export const NAV_ITEMS = [
    { name: 'Overview', to: '/', icon: 'home', key: 'h' },
    { name: 'Actors', to: '/actors', icon: 'actor', key: 'a' },
    { name: 'Runs', to: '/runs', icon: 'run', key: 'r' },
    { name: 'Tasks', to: '/tasks', icon: 'task', key: 't' },
    { name: 'Schedules', to: '/schedules', icon: 'schedule', key: 'c' },
    { name: 'Webhooks', to: '/webhooks', icon: 'webhook', key: 'w' },
    { name: 'Storage', to: '/storage', icon: 'storage', key: 's' },
    { name: 'Account', to: '/account', icon: 'account', key: 'u' },
] as const satisfies readonly (Pick<PaletteItem, 'name' | 'to' | 'icon'> & { key: string })[];

interface PaletteItem {
    readonly name: string;
    readonly kind: string;
    readonly to: string;
    readonly icon: IconName;
}

const MAX_ITEMS = 12;
const ID = /^[A-Za-z\d]{15,20}$/;
const PAGES: readonly PaletteItem[] = NAV_ITEMS.map(({ name, to, icon }) => ({ name, kind: 'Page', to, icon }));

/** The command palette: opens an Actor, a task, a run or a page by a part of its name. */
export function Palette({ onClose }: { onClose: () => void }) {
    const { route } = useLocation();
    const [text, setText] = useState('');
    const [chosen, choose] = useState(0);
    const listId = useId();
    const { value: entries = [], error } = useResource('palette', readItems);
    const { value: run } = useResource(`palette run ${text}`, (signal) => findRun(text.trim(), signal));
    // Computed from the current text: Enter must not open a match of the previous one.
    const items = useMemo(() => (run ? [run] : filterItems([...PAGES, ...entries], text)), [run, entries, text]);
    const go = (item: PaletteItem | undefined): void => {
        if (item === undefined) return;
        onClose();
        route(item.to);
    };
    const press = (event: KeyboardEvent): void => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === 'Enter') go(items[chosen]);
        else if (step !== undefined) choose((chosen + step + items.length) % Math.max(1, items.length));
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
                aria-activedescendant={items[chosen] && `${listId}-${chosen}`}
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
            <ul class="palette-list" id={listId} role="listbox" aria-label="Results">
                {items.map((item, index) => (
                    <li
                        key={item.to}
                        id={`${listId}-${index}`}
                        role="option"
                        aria-selected={index === chosen}
                        onMouseEnter={() => choose(index)}
                        onClick={() => go(item)}
                    >
                        <Icon name={item.icon} />
                        <span class="grow">{item.name}</span>
                        <span class="faint">{item.kind}</span>
                    </li>
                ))}
                {error !== undefined && <li class="field-error">{messageOf(error)}</li>}
                {items.length === 0 && <li class="faint">No matches</li>}
            </ul>
        </Dialog>
    );
}

async function readItems(signal: AbortSignal): Promise<PaletteItem[]> {
    const query = { limit: 1000 };
    const [actors, tasks] = await Promise.all([
        api<Listed<ActorItem>>('/acts', { query, signal }),
        api<Listed<TaskItem>>('/actor-tasks', { query, signal }),
    ]);
    const item = (name: string, kind: string, to: string, icon: IconName): PaletteItem => ({ name, kind, to, icon });
    return [
        ...actors.items.map(({ id, name }) => item(name, 'Actor', `/actors/${id}`, 'actor')),
        ...actors.items.map(({ id, name }) => item(`Start ${name}`, 'Start a run', `/actors/${id}/start`, 'run')),
        ...tasks.items.map(({ id, name }) => item(name, 'Task', `/tasks/${id}`, 'task')),
    ];
}

async function findRun(id: string, signal: AbortSignal): Promise<PaletteItem | undefined> {
    const run = ID.test(id) ? await ifFound(api<Run>(`/actor-runs/${id}`, { signal })) : undefined;
    return run && { name: `Run ${id}`, kind: humanize(run.status), to: `/runs/${id}`, icon: 'run' };
}

function filterItems(items: readonly PaletteItem[], text: string): PaletteItem[] {
    return items.filter(({ name, kind, to }) => hasWords(text, name, kind, to)).slice(0, MAX_ITEMS);
}

/** True if a page or one of its subpages is shown. */
export function isWithin(path: string, to: string): boolean {
    return to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);
}

/** Milliseconds within which a key counts after `g`. */
const SEQUENCE_MILLIS = 1_000;

/** Handles the keys that work on every page, except while the user types or a dialog is open. */
export function useShortcuts(handlers: { onHelp: () => void; onPalette: () => void }): void {
    const latest = useRef(handlers);
    latest.current = handlers;
    const { route } = useLocation();
    useEffect(() => {
        let goMillis = -Infinity;
        const press = (event: KeyboardEvent): void => {
            const { key } = event;
            if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === 'k') {
                event.preventDefault();
                latest.current.onPalette();
                return;
            }
            if (isBusy(event)) return;
            const follows = event.timeStamp - goMillis < SEQUENCE_MILLIS;
            goMillis = key === 'g' && !follows ? event.timeStamp : -Infinity;
            const target = follows ? NAV_ITEMS.find((item) => item.key === key) : undefined;
            if (target) route(target.to);
            else if (key === '?') latest.current.onHelp();
            else if (key === '/') focusSearch(event);
        };
        window.addEventListener('keydown', press);
        return () => window.removeEventListener('keydown', press);
    }, []);
}

function isBusy({ ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
    if (ctrlKey || metaKey || altKey || document.querySelector('dialog[open]')) return true;
    return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

function focusSearch(event: KeyboardEvent): void {
    const field = document.querySelector<HTMLInputElement>('[data-search]');
    if (field === null) return;
    event.preventDefault();
    field.focus();
    field.select();
}
