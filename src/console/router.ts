import { useLocation, useRoute } from 'preact-iso';

export { lazy, LocationProvider, Route, Router, useLocation, useRoute } from 'preact-iso';

/** The parameters in the path of a page; empty if the path has none. */
export interface PageParams {
    readonly id: string;
    readonly kind: string;
    readonly part: string;
}

/** Query parameters by name; undefined and the empty string remove one. */
export type QueryChange = Readonly<Record<string, string | undefined>>;

/** Returns the query of the page and a function that changes it, keeping other parameters. */
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
