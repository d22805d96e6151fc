import { useEffect, useRef } from 'preact/hooks';
import { useLocation } from '../router.js';
import type { IconName } from '../ui/icon.js';

/** A page that the navigation leads to. */
interface NavPlace {
    readonly name: string;
    readonly to: string;
    readonly icon: IconName;
    /** After `g`, the key that leads there. */
    readonly key: string;
}

export const NAV_PLACES: readonly NavPlace[] = [
    { name: 'Overview', to: '/', icon: 'home', key: 'h' },
    { name: 'Actors', to: '/actors', icon: 'actor', key: 'a' },
    { name: 'Runs', to: '/runs', icon: 'run', key: 'r' },
    { name: 'Tasks', to: '/tasks', icon: 'task', key: 't' },
    { name: 'Schedules', to: '/schedules', icon: 'schedule', key: 'c' },
    { name: 'Webhooks', to: '/webhooks', icon: 'webhook', key: 'w' },
    { name: 'Storage', to: '/storage', icon: 'storage', key: 's' },
    { name: 'Account', to: '/account', icon: 'account', key: 'u' },
];

/** True if a page, or one below it, is shown. */
export function isWithin(path: string, to: string): boolean {
    return to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);
}

/** The time within which a key counts after `g`. */
const SEQUENCE_MILLIS = 1_000;

/** The keys that work on every page; none does while the user types, or while a dialog is open. */
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
            const target = follows ? NAV_PLACES.find((place) => place.key === key) : undefined;
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
