import type { ComponentType } from 'preact';
import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
import { NotFoundPage } from '../pages/not-found-page.js';
import { matchPath, type PathParams } from './match.js';
import { place } from './router.js';
import { Loading, Trouble } from '../ui/resource-view.js';

/** What a page is given: the variable parts of its path. */
export interface PageProps {
    readonly params: PathParams;
}

/** A place, and the page that is loaded when somebody goes there. */
export interface Route {
    /** As {@link matchPath} takes it. */
    readonly pattern: string;
    readonly load: () => Promise<ComponentType<PageProps>>;
}

/** Shows the page of the place. What goes wrong in it is said in its place, and does not take the rest with it. */
export function Outlet({ routes }: { routes: readonly Route[] }) {
    const { path } = place.value;
    const found = findRoute(routes, path);
    if (found === undefined) return <NotFoundPage />;
    return <LoadedPage key={found.route.pattern} route={found.route} params={found.params} />;
}

function findRoute(routes: readonly Route[], path: string): { route: Route; params: PathParams } | undefined {
    for (const route of routes) {
        const params = matchPath(route.pattern, path);
        if (params) return { route, params };
    }
    return undefined;
}

const loaded = new Map<Route, ComponentType<PageProps>>();

function LoadedPage({ route, params }: { route: Route; params: PathParams }) {
    const [, setTurn] = useState(0);
    const [loadError, setLoadError] = useState<unknown>();
    const [error, forget] = useErrorBoundary();
    const Component = loaded.get(route);
    useEffect(() => {
        route.load().then((component) => {
            loaded.set(route, component);
            setTurn((turn) => turn + 1);
        }, setLoadError);
    }, []);
    if (error !== undefined) return <BrokenPage error={error} onRetry={forget} />;
    // It may have been built anew in the meantime, and then has other files: only a new page knows these.
    if (loadError !== undefined) return <BrokenPage error={loadError} onRetry={() => location.reload()} />;
    return Component === undefined ? <Loading /> : <Component params={params} />;
}

function BrokenPage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
    return (
        <main class="page" id="main">
            <Trouble error={error} onRetry={onRetry} />
        </main>
    );
}
