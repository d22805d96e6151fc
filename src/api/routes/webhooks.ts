import { dataResponse } from '../responses.js';
import { readFields } from '../body.js';
import { orNotFound } from '../errors.js';
import { readPageQuery } from '../query.js';
import { param, type AddRoute } from '../route.js';
import { addResourceRoutes, createdResponse } from './resource.js';
import type { WebhookClient, WebhookCollectionClient } from '../../model/api/webhook.js';
import type { ApiContext } from '../context.js';

/** Adds the routes of webhooks and their dispatches. */
export function addWebhookRoutes(route: AddRoute): void {
    addWebhookListRoutes(route, '/webhooks', (c) => c.env.client.webhooks());
    addResourceRoutes(route, '/webhooks/:webhookId', { noun: 'webhook', kind: 'Webhook' }, webhookOf);
    route('POST', '/webhooks/:webhookId/test', 'webhook.test', async (c) =>
        dataResponse(c, orNotFound(await webhookOf(c).test(), 'Webhook', c), 201),
    );
    route('GET', '/webhooks/:webhookId/dispatches', 'webhookDispatches.list', (c) =>
        webhookOf(c).dispatches().list(readPageQuery(c)),
    );
    route('GET', '/webhook-dispatches', 'webhookDispatches.list', (c) =>
        c.env.client.webhookDispatches().list(readPageQuery(c)),
    );
    route('GET', '/webhook-dispatches/:dispatchId', 'webhookDispatch.get', async (c) =>
        orNotFound(await c.env.client.webhookDispatch(param(c, 'dispatchId')).get(), 'Webhook dispatch', c),
    );
}

/** Adds the routes that list and create webhooks: all of them, or those of one Actor or task. */
export function addWebhookListRoutes(
    route: AddRoute,
    path: string,
    webhooksOf: (c: ApiContext) => WebhookCollectionClient,
): void {
    route('GET', path, 'webhooks.list', (c) => webhooksOf(c).list(readPageQuery(c)));
    // The client validates the fields, as for callers in process.
    route('POST', path, 'webhooks.create', async (c) =>
        createdResponse(c, await webhooksOf(c).create(await readFields(c)), 'webhooks'),
    );
}

function webhookOf(c: ApiContext): WebhookClient {
    return c.env.client.webhook(param(c, 'webhookId'));
}
