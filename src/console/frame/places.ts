import type { IconName } from '../parts/icon.js';

/** A place that the navigation leads to. */
export interface NavPlace {
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

/** Whether a place, or one below it, is shown. */
export function isWithin(path: string, to: string): boolean {
    return to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);
}
