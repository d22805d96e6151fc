import { dataAnswer } from '../answers.js';
import { readFields } from '../body.js';
import { found } from '../errors.js';
import { pageQuery } from '../query.js';
import { param, type Routes } from '../route.js';
import { addResourceRoutes, createdAnswer } from './resource.js';
import type { WebhookClient, WebhookCollectionClient } from '../../model/webhook.js';
import type { ApiContext, Resolver } from '../context.js';

/** Adds the routes of webhooks and their dispatches. */
export function addWebhookRoutes(routes: Routes): void {
    addWebhookListRoutes(routes, '/webhooks', (c) => c.env.client.webhooks());
    addResourceRoutes(routes, '/webhooks/:webhookId', { noun: 'webhook', kind: 'Webhook' }, webhookOf);
    routes.post('/webhooks/:webhookId/test', 'webhook.test', async (c) =>
        dataAnswer(c, found(await webhookOf(c).test(), 'Webhook', c), 201),
    );
    routes.get('/webhooks/:webhookId/dispatches', 'webhookDispatches.list', (c) => {
        return webhookOf(c).dispatches().list(pageQuery(c));
    });
    routes.get('/webhook-dispatches', 'webhookDispatches.list', (c) => {
        return c.env.client.webhookDispatches().list(pageQuery(c));
    });
    routes.get('/webhook-dispatches/:dispatchId', 'webhookDispatch.get', async (c) => {
        const dispatch = await c.env.client.webhookDispatch(param(c, 'dispatchId')).get();
        return found(dispatch, 'Webhook dispatch', c);
    });
}

/** Adds the routes that list and create webhooks: all of them, or those of one Actor or task. */
export function addWebhookListRoutes(
    routes: Routes,
    path: string,
    webhooksOf: Resolver<WebhookCollectionClient>,
): void {
    routes.get(path, 'webhooks.list', async (c) => (await webhooksOf(c)).list(pageQuery(c)));
    routes.post(path, 'webhooks.create', async (c) => {
        const webhooks = await webhooksOf(c);
        // The client checks the fields, as it does for callers in process.
        return createdAnswer(c, await webhooks.create(await readFields(c)), 'webhooks');
    });
}

function webhookOf(c: ApiContext): WebhookClient {
    return c.env.client.webhook(param(c, 'webhookId'));
}
