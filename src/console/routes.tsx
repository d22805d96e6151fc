import type { Route } from './router/outlet.js';

/** Every place of the console, and the page that is loaded for it. The first that matches is shown. */
export const routes: readonly Route[] = [
    { pattern: '/', load: async () => (await import('./pages/home-page.js')).HomePage },
];
