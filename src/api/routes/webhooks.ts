import { createdAnswer } from './created.js';
import { dataAnswer } from '../answers.js';
import { readFields } from '../body.js';
import { found } from '../found.js';
import { pageQuery } from '../page-query.js';
import { resourceRoutes } from './resource.js';
import type { WebhookClient, WebhookCollectionClient } from '../../model/webhook.js';
import type { Resolver, RouteCall, RouteTable } from '../route.js';

/** The routes of webhooks: all of them, or those of one Actor or task. */
export function webhookCollectionRoutes(path: string, resolve: Resolver<WebhookCollectionClient>): RouteTable {
    return {
        [`GET ${path}`]: async (call) => {
            const webhooks = await resolve(call);
            return dataAnswer(await webhooks.list(pageQuery(call.query)));
        },
        [`POST ${path}`]: async (call) => {
            const webhooks = await resolve(call);
            // The client checks the fields, as it does for callers in process.
            const webhook = await webhooks.create(await readFields(call.request));
            return createdAnswer(webhook, '/webhooks', call);
        },
    };
}

/** The routes of one webhook and its dispatches. */
export function webhookRoutes(path: string): RouteTable {
    return {
        ...resourceRoutes(path, 'Webhook', webhookOf),
        [`POST ${path}/test`]: async (call) => dataAnswer(found(await webhookOf(call).test(), 'Webhook', call), 201),
        [`GET ${path}/dispatches`]: async (call) =>
            dataAnswer(await webhookOf(call).dispatches().list(pageQuery(call.query))),
    };
}

/** The routes of the dispatches of all webhooks. */
export function webhookDispatchRoutes(path: string): RouteTable {
    return {
        [`GET ${path}`]: async ({ client, query }) =>
            dataAnswer(await client.webhookDispatches().list(pageQuery(query))),
        [`GET ${path}/:dispatchId`]: async (call) => {
            const dispatch = await call.client.webhookDispatch(call.param('dispatchId')).get();
            return dataAnswer(found(dispatch, 'Webhook dispatch', call));
        },
    };
}

function webhookOf({ client, param }: RouteCall): WebhookClient {
    return client.webhook(param('webhookId'));
}
