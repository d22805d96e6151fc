import type { Route } from './router/outlet.js';

/** Every place of the console, and the page that is loaded for it. The first that matches is shown. */
export const routes: readonly Route[] = [
    { pattern: '/', load: async () => (await import('./pages/home-page.js')).HomePage },
    { pattern: '/runs', load: async () => (await import('./runs/runs-page.js')).RunsPage },
    { pattern: '/runs/:id/*', load: async () => (await import('./run/run-page.js')).RunPage },
    { pattern: '/storage', load: async () => (await import('./storage/storages-page.js')).StoragesPage },
    { pattern: '/storage/:kind', load: async () => (await import('./storage/storages-page.js')).StoragesPage },
    { pattern: '/storage/:kind/:id', load: async () => (await import('./storage/storage-page.js')).StoragePage },
    { pattern: '/actors', load: async () => (await import('./actors/actors-page.js')).ActorsPage },
    { pattern: '/actors/:id', load: async () => (await import('./actors/actor-pages.js')).ActorPage },
    { pattern: '/actors/:id/start', load: async () => (await import('./actors/start-page.js')).StartPage },
    { pattern: '/actors/:id/runs', load: async () => (await import('./actors/actor-pages.js')).ActorRunsPage },
    { pattern: '/actors/:id/builds', load: async () => (await import('./actors/builds.js')).ActorBuildsPage },
    {
        pattern: '/actors/:id/versions',
        load: async () => (await import('./actors/versions.js')).ActorVersionsPage,
    },
    { pattern: '/actors/:id/readme', load: async () => (await import('./actors/actor-pages.js')).ActorReadmePage },
    {
        pattern: '/actors/:id/settings',
        load: async () => (await import('./actors/actor-pages.js')).ActorSettingsPage,
    },
    { pattern: '/builds/:id', load: async () => (await import('./actors/builds.js')).BuildPage },
    { pattern: '/tasks', load: async () => (await import('./tasks/tasks-page.js')).TasksPage },
    { pattern: '/tasks/new', load: async () => (await import('./tasks/task-page.js')).NewTaskPage },
    { pattern: '/tasks/:id', load: async () => (await import('./tasks/task-page.js')).TaskPage },
    { pattern: '/schedules', load: async () => (await import('./schedules/schedules-page.js')).SchedulesPage },
    { pattern: '/schedules/new', load: async () => (await import('./schedules/schedule-page.js')).NewSchedulePage },
    { pattern: '/schedules/:id', load: async () => (await import('./schedules/schedule-page.js')).SchedulePage },
    { pattern: '/webhooks', load: async () => (await import('./webhooks/webhooks-page.js')).WebhooksPage },
    { pattern: '/webhooks/new', load: async () => (await import('./webhooks/webhook-page.js')).NewWebhookPage },
    { pattern: '/webhooks/:id', load: async () => (await import('./webhooks/webhook-page.js')).WebhookPage },
    { pattern: '/account', load: async () => (await import('./pages/account-page.js')).AccountPage },
];
