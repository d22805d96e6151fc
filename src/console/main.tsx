import { type ComponentType, render } from 'preact';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { Layout } from './layout/layout.js';
import { TokenPage } from './layout/token-page.js';
import { startConnection } from './live/live.js';
import { lazy, LocationProvider, type PageParams, Route, Router, useLocation } from './router.js';
import { applyTheme } from './signals/theme.js';
import { loadToken, token } from './signals/token.js';
import { EmptyState, Page, ErrorMessage } from './components/page.js';

interface RouteProps {
    readonly params: Readonly<Record<string, string | undefined>>;
}

/** The pages by their paths, each loaded when it is opened. */
const PAGES: Readonly<Record<string, () => Promise<ComponentType<PageParams>>>> = {
    '/': async () => (await import('./actors/actors-page.js')).HomePage,
    '/runs': async () => (await import('./runs/runs-page.js')).RunsPage,
    '/runs/:id/:part?': async () => (await import('./run/run-page.js')).RunPage,
    '/storage/:kind?': async () => (await import('./storage/storages-page.js')).StoragesPage,
    '/storage/:kind/:id': async () => (await import('./storage/storage-page.js')).StoragePage,
    '/actors': async () => (await import('./actors/actors-page.js')).ActorsPage,
    '/actors/:id/:part?': async () => (await import('./actors/actor-page.js')).ActorPage,
    '/builds/:id': async () => (await import('./actors/builds.js')).BuildPage,
    '/tasks': async () => (await import('./tasks/task-pages.js')).TasksPage,
    '/tasks/new': async () => (await import('./tasks/task-pages.js')).NewTaskPage,
    '/tasks/:id': async () => (await import('./tasks/task-pages.js')).TaskPage,
    '/schedules': async () => (await import('./schedules/schedule-pages.js')).SchedulesPage,
    '/schedules/new': async () => (await import('./schedules/schedule-pages.js')).NewSchedulePage,
    '/schedules/:id': async () => (await import('./schedules/schedule-pages.js')).SchedulePage,
    '/webhooks': async () => (await import('./webhooks/webhook-pages.js')).WebhooksPage,
    '/webhooks/new': async () => (await import('./webhooks/webhook-pages.js')).NewWebhookPage,
    '/webhooks/:id': async () => (await import('./webhooks/webhook-pages.js')).WebhookPage,
    '/account': async () => (await import('./layout/account-page.js')).AccountPage,
};

const ROUTES = Object.entries(PAGES).map(
    ([path, load]) => [path, lazy(() => load().then(pageOf, brokenPage))] as const,
);

/** Wraps a page so that each record has its own instance. */
function pageOf(Page: ComponentType<PageParams>): ComponentType<RouteProps> {
    return ({ params: { id = '', kind = '', part = '' } }) => <Page key={`${kind} ${id}`} {...{ id, kind, part }} />;
}

/** Reports a page that cannot be loaded: after an update, its file may have another name. */
function brokenPage(): ComponentType<RouteProps> {
    return () => {
        throw new Error(`Cannot load this page from ${location.host}. Check that the engine is running and listening.`);
    };
}

/** The page of the current path. An error in it replaces the page, but not the layout. */
function Pages() {
    const { path } = useLocation();
    const [error, reset] = useErrorBoundary();
    useEffect(() => {
        if (error !== undefined) reset();
    }, [path]);
    if (error !== undefined) {
        return (
            <main class="page" id="main">
                <ErrorMessage error={error} onRetry={() => location.reload()} />
            </main>
        );
    }
    return (
        <Router>
            {ROUTES.map(([route, page]) => (
                <Route key={route} path={route} component={page} />
            ))}
            <Route default component={NotFoundPage} />
        </Router>
    );
}

function NotFoundPage() {
    return (
        <Page title="Page not found">
            <EmptyState title="Nothing here" actions={<a href="/">Go to the overview</a>}>
                The console has no page at <code>{location.pathname}</code>.
            </EmptyState>
        </Page>
    );
}

function App() {
    if (token.value === undefined) return <TokenPage />;
    return (
        // The API is not part of the console. With another token, everything is loaded again.
        <LocationProvider key={token.value} scope={/^\/(?!v2\/)/}>
            <Layout>
                <Pages />
            </Layout>
        </LocationProvider>
    );
}

applyTheme();
loadToken();
startConnection();
render(<App />, document.getElementById('app')!);
