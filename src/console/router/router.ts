import { signal } from '@preact/signals';

/** Where the page is. */
export interface Place {
    readonly path: string;
    readonly search: string;
}

/** The place that is shown. */
export const place = signal<Place>(here());

/** Goes to another place of the console. @param path - With its query, as `/runs?status=FAILED`. */
export function navigate(path: string, { replace = false } = {}): void {
    if (replace) history.replaceState(null, '', path);
    else history.pushState(null, '', path);
    place.value = here();
    if (!replace) window.scrollTo(0, 0);
}

/** The query of the place, and a way to change it: what it does not name stays, undefined and the empty text go. */
export function changeQuery(values: Readonly<Record<string, string | undefined>>): void {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(values)) {
        if (value === undefined || value === '') query.delete(name);
        else query.set(name, value);
    }
    const search = query.toString();
    navigate(location.pathname + (search === '' ? '' : `?${search}`), { replace: true });
}

/** Follows the browser's own buttons. */
export function startRouter(): void {
    window.addEventListener('popstate', () => (place.value = here()));
}

function here(): Place {
    return { path: location.pathname, search: location.search };
}
