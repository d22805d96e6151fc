import type { Route } from './router/outlet.js';

/** Every place of the console, and the page that is loaded for it. The first that matches is shown. */
export const routes: readonly Route[] = [
    { pattern: '/', load: async () => (await import('./pages/home-page.js')).HomePage },
    { pattern: '/runs', load: async () => (await import('./pages/runs-page.js')).RunsPage },
    { pattern: '/runs/:id/*', load: async () => (await import('./pages/run-page.js')).RunPage },
    { pattern: '/storage', load: async () => (await import('./pages/storages-page.js')).StoragesPage },
    { pattern: '/storage/:kind', load: async () => (await import('./pages/storages-page.js')).StoragesPage },
    { pattern: '/storage/:kind/:id', load: async () => (await import('./pages/storage-page.js')).StoragePage },
];
