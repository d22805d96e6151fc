import type { Route } from './router/outlet.js';

/** Every place of the console, and the page that is loaded for it. The first that matches is shown. */
export const routes: readonly Route[] = [
    { pattern: '/', load: async () => (await import('./pages/home-page.js')).HomePage },
    { pattern: '/runs', load: async () => (await import('./pages/runs-page.js')).RunsPage },
    { pattern: '/runs/:id/*', load: async () => (await import('./pages/run-page.js')).RunPage },
    { pattern: '/storage', load: async () => (await import('./pages/storages-page.js')).StoragesPage },
    { pattern: '/storage/:kind', load: async () => (await import('./pages/storages-page.js')).StoragesPage },
    { pattern: '/storage/:kind/:id', load: async () => (await import('./pages/storage-page.js')).StoragePage },
    { pattern: '/actors', load: async () => (await import('./pages/actors-page.js')).ActorsPage },
    { pattern: '/actors/:id', load: async () => (await import('./pages/actor-page.js')).ActorPage },
    { pattern: '/actors/:id/start', load: async () => (await import('./pages/start-page.js')).StartPage },
    { pattern: '/actors/:id/runs', load: async () => (await import('./pages/actor-runs-page.js')).ActorRunsPage },
    { pattern: '/actors/:id/builds', load: async () => (await import('./pages/actor-builds-page.js')).ActorBuildsPage },
    {
        pattern: '/actors/:id/versions',
        load: async () => (await import('./pages/actor-versions-page.js')).ActorVersionsPage,
    },
    { pattern: '/actors/:id/readme', load: async () => (await import('./pages/actor-readme-page.js')).ActorReadmePage },
    {
        pattern: '/actors/:id/settings',
        load: async () => (await import('./pages/actor-settings-page.js')).ActorSettingsPage,
    },
    { pattern: '/builds/:id', load: async () => (await import('./pages/build-page.js')).BuildPage },
    { pattern: '/tasks', load: async () => (await import('./pages/tasks-page.js')).TasksPage },
    { pattern: '/tasks/new', load: async () => (await import('./pages/new-task-page.js')).NewTaskPage },
    { pattern: '/tasks/:id', load: async () => (await import('./pages/task-page.js')).TaskPage },
    { pattern: '/schedules', load: async () => (await import('./pages/schedules-page.js')).SchedulesPage },
    { pattern: '/schedules/new', load: async () => (await import('./pages/new-schedule-page.js')).NewSchedulePage },
    { pattern: '/schedules/:id', load: async () => (await import('./pages/schedule-page.js')).SchedulePage },
    { pattern: '/webhooks', load: async () => (await import('./pages/webhooks-page.js')).WebhooksPage },
    { pattern: '/webhooks/new', load: async () => (await import('./pages/new-webhook-page.js')).NewWebhookPage },
    { pattern: '/webhooks/:id', load: async () => (await import('./pages/webhook-page.js')).WebhookPage },
    { pattern: '/account', load: async () => (await import('./pages/account-page.js')).AccountPage },
];
