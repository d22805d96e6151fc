import { useLocation, useRoute } from 'preact-iso';

export { lazy, LocationProvider, Route, Router, useLocation, useRoute } from 'preact-iso';

/** The variable parts of the address of a page; empty where it has none. */
export interface PageParams {
    readonly id: string;
    readonly kind: string;
    readonly part: string;
}

/** Parameters of an address by name; undefined and the empty text remove one. */
export type QueryChange = Readonly<Record<string, string | undefined>>;

/** Returns the query of the page, and what changes it: parameters that it does not name stay. */
export function useQuery(): [query: URLSearchParams, change: (values: QueryChange) => void] {
    const { route } = useLocation();
    const { query } = useRoute();
    const change = (values: QueryChange): void => {
        const next = new URLSearchParams(location.search);
        for (const [name, value] of Object.entries(values)) {
            if (value === undefined || value === '') next.delete(name);
            else next.set(name, value);
        }
        route(location.pathname + (next.size === 0 ? '' : `?${next}`), true);
    };
    return [new URLSearchParams(query), change];
}
